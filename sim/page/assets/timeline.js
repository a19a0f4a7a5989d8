// Marks of a story -> the timeline: what happened when, where we are, and a place to click. States show once they are reached.
import { element } from "./elements.js";
import { DAY } from "./fold.js";

// So far a name may move to the right of where its mark begins, px.
const SHIFT = 70;
const LANES = ["incident", "campaign", "lever", "state"];

export function markName(story, words, [kind, name]) {
  const names = story.names[words.language];
  const known = kind === "state" ? names.state[name] : names[kind][name];
  return known ?? words.t(kind === "state" ? "state_mark" : name === "procedure" ? name : kind);
}

export class Timeline {
  constructor(story, words, box, seek) {
    Object.assign(this, { story, words, box });
    this.days = Math.max(story.end / DAY, 1);
    this.track = element("div", "track");
    this.track.addEventListener("pointerdown", (event) => {
      const go = (at) => { const edge = this.track.getBoundingClientRect(); seek(((at.clientX - edge.left) / edge.width) * this.story.end); };
      const move = (at) => at.buttons && go(at);
      go(event);
      this.track.setPointerCapture(event.pointerId);
      this.track.addEventListener("pointermove", move);
      this.track.addEventListener("pointerup", () => this.track.removeEventListener("pointermove", move), { once: true });
    });
    box.append(this.track);
  }

  translate() {
    const at = (day) => `${(100 * Math.max(0, Math.min(day, this.days))) / this.days}%`;
    const step = [1, 2, 7, 14, 30, 60, 90, 180, 365].find((days) => this.days / days <= 14) ?? 365;
    const ticks = element("div", "ticks");
    for (let day = 0; day <= this.days - step * 0.4; day += step) {
      const tick = element("span", "", day ? this.words.number(day) : this.words.t("day", { day: this.words.number(0) }));
      tick.style.left = at(day);
      ticks.append(tick);
    }
    this.spans = [];
    // A lane a kind. A name that would lie on the one before, moves a little; where that is not enough, or it says the same, it is left out: the bar and its title tell it.
    const lanes = LANES.filter((lane) => this.story.marks.some(([kind]) => kind === lane)), taken = {}, said = {};
    const pen = document.createElement("canvas").getContext("2d"), width = Math.max(this.track.clientWidth, 100);
    pen.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    const marks = this.story.marks.map((mark) => {
      const [kind, , day, end] = mark, from = (width * day) / this.days, name = markName(this.story, this.words, mark);
      const wide = pen.measureText(`◆ ${name}`).width + 14;
      const shift = Math.max(0, (taken[kind] ?? 0) - from);
      const free = shift <= SHIFT && from + shift + wide <= width && !(said[kind]?.name === name && from < said[kind].until);
      if (free) { taken[kind] = from + shift + wide; said[kind] = { name, until: from + width / 3 }; }
      const span = element("div", free ? `mark ${kind}` : `mark ${kind} unnamed`, "", element("i"), element("span", "", free ? name : ""));
      span.title = this.sentence(mark);
      span.lastChild.style.marginLeft = `${shift}px`;
      span.style.left = at(day);
      span.style.setProperty("--row", lanes.length - 1 - lanes.indexOf(kind));
      if (kind !== "lever") span.firstChild.style.width = `calc(100cqw * ${(Math.min(end ?? this.days, this.days) - day) / this.days})`;
      if (kind === "state") this.spans.push([span, day * DAY]);
      return span;
    });
    this.track.style.setProperty("--rows", Math.max(1, lanes.length));
    this.judged = element("div", "judged");
    this.judged.style.left = at(this.story.days);
    this.judged.title = this.words.t("judged", { days: this.words.number(this.story.days) });
    this.head = element("div", "head");
    this.track.replaceChildren(this.judged, ticks, ...marks, this.head);
    this.track.setAttribute("aria-hidden", "true");
  }

  sentence(mark) {
    const [kind, , from, end] = mark, name = markName(this.story, this.words, mark);
    const values = { name, from: this.words.number(Math.floor(from)), to: end === null ? "" : this.words.number(Math.floor(end)) };
    return this.words.t(end !== null ? "from_to" : kind === "lever" ? "at" : "from", values);
  }

  draw(time) {
    this.head.style.left = `${(100 * time) / this.story.end}%`;
    for (const [span, start] of this.spans) span.hidden = start > time;
  }
}
