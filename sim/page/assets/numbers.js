// State at a moment -> vital signs, money and what waits for staff, as rows of words and numbers.
import { element } from "./elements.js";
import { DAY, HOUR } from "./fold.js";

const ROWS = {
  signs: ["state", "members", "posters_today", "openers_today", "organic_today", "muted", "exits", "complaints"],
  money: ["orders", "revenue", "margin", "benefits", "wages", "net"],
  queue: ["waiting", "oldest", "hours_today"],
};

export class Numbers {
  constructor(story, fold, words, box) { Object.assign(this, { story, fold, words, box }); }

  translate() {
    const { t } = this.words, say = t.bind(this.words);
    this.cells = {};
    this.box.replaceChildren(...Object.entries(ROWS).map(([part, names]) => {
      const list = element("dl");
      for (const name of names) list.append(element("dt", "", say(name)), (this.cells[name] = element("dd")));
      const section = element("section", part, "", element("h2", "", say(part)), list);
      if (part === "money") section.append(element("p", "small", say("yuan")));
      if (part === "queue" && this.story.groups.filter(([programme]) => programme === this.story.programme).length > 1) section.append(element("p", "small", say("all_groups")));
      return section;
    }));
  }

  values(time) {
    const { now } = this.fold, { words, story } = this, queue = this.fold.queue();
    // The states of life are those of whole days: until the first day is over there is none.
    const day = Math.min(Math.floor(time / DAY) - (time >= story.end ? 0 : 1), story.state.length - 1);
    return {
      ...now, state: day < 0 ? "–" : story.names[words.language].state[story.state[day]], net: now.margin - now.benefits - now.wages,
      waiting: queue.waiting, oldest: queue.waiting ? words.hours((time - queue.since) / HOUR) : "–",
      hours_today: words.hours(now.hours_today),
    };
  }

  draw(time) {
    for (const [name, value] of Object.entries(this.values(time))) {
      if (!this.cells[name]) continue;
      const text = typeof value === "number" ? this.words.number(value) : value;
      if (this.cells[name].textContent !== text) this.cells[name].textContent = text;
    }
  }
}
