// State at a moment -> the chat as a member of the group would see it, newest below.
import { element } from "./elements.js";
import { place } from "./fold.js";

const SHOWN = 14;

export class Chat {
  constructor(story, fold, messages, words, box) {
    Object.assign(this, { story, fold, messages, words, box, drawn: "" });
    const k = story.kinds;
    const system = [k.MEMBER_JOINED, k.MEMBER_LEFT, k.MEMBER_REMOVED, k.MEMBER_WELCOMED, k.HONOUR_GIVEN, k.GROUP_CLOSED];
    this.shown = [];
    this.recalled = new Map();
    for (let i = 0; i < story.kind.length; i++) {
      if (fold.is[story.kind[i]] || system.includes(story.kind[i])) this.shown.push(i);
      if (story.kind[i] === k.MESSAGE_REMOVED && story.target[i] >= 0) this.recalled.set(fold.row[story.target[i]], i);
    }
    this.times = this.shown.map((row) => story.time[row]);
  }

  draw(time) {
    const end = place(this.times, time), key = `${end} ${this.words.language}`;
    if (key !== this.drawn) {
      this.drawn = key;
      this.notes = [];
      this.box.replaceChildren(...(end ? this.shown.slice(Math.max(0, end - SHOWN), end).map((row) => this.line(row)) : [element("p", "system", this.words.t("empty"))]));
    }
    for (const [row, note] of this.notes) note.textContent = this.status(row);
  }

  line(row) {
    const { kind, actor, target, time, kinds: k } = this.story, { words } = this, what = kind[row];
    const system = (key, who) => element("p", "system", words.t(key, { name: words.person(who) }));
    if (what === k.MEMBER_JOINED) return system("joined", actor[row]);
    if (what === k.MEMBER_LEFT) return system("left", actor[row]);
    if (what === k.GROUP_CLOSED) return element("p", "system", words.t("closed"));
    if (what === k.HONOUR_GIVEN) return system("honoured", target[row]);
    if (what === k.MEMBER_REMOVED) return system("removed", target[row]);
    if (this.recalled.get(row) < this.fold.now.next) return element("p", "system", words.t("recalled"));
    const account = this.messages.account(row);
    const staff = !account && [k.STIMULUS_POSTED, k.MEMBER_ANSWERED, k.PLAN_ANNOUNCED, k.CLOSING_ANNOUNCED, k.MEMBER_WELCOMED].includes(what);
    const name = staff ? (this.story.staff > 1 ? words.t("staff_number", { number: actor[row] + 1 }) : words.t("staff")) : account || words.person(actor[row]);
    const face = element("span", staff ? "face staff" : `face hue${actor[row] % 6}`, staff ? "★" : Array.from(name)[0]);
    face.ariaHidden = "true";
    const head = element("div", "name", name);
    head.append(element("time", "", ` ${words.weekday(time[row])} ${words.clock(time[row])}`));
    const text = what === k.MEMBER_WELCOMED ? words.t("welcome", { name: words.person(target[row]) }) : this.messages.text(row);
    const form = what === k.STIMULUS_POSTED ? this.messages.form(row) : what === k.ADVERT_POSTED ? "advert" : "";
    const bubble = element("div", `bubble ${form}`);
    const answered = (what === k.MESSAGE_POSTED && !this.fold.own(row)) || what === k.MEMBER_ANSWERED ? target[row] : -1;
    if (answered >= 0) {
      const first = this.fold.row[answered], by = this.messages.account(first) || (kind[first] === k.STIMULUS_POSTED || kind[first] === k.MEMBER_ANSWERED ? words.t("staff") : words.person(actor[first]));
      bubble.append(element("div", "quote", `↩ ${by}: ${this.messages.text(first)}`));
    }
    if (form) bubble.append(element("span", "tag", words.t(form)));
    bubble.append(element("span", "", text));
    const body = element("div", "body", "", head, bubble);
    if (answered < 0 && this.fold.is[what]) {
      const note = element("div", "note");
      this.notes.push([row, note]);
      body.append(note);
    }
    return element("article", staff ? "line staff" : "line", "", face, body);
  }

  // How many opened the group since, and what came of the message.
  status(row) {
    const { kind, actor, time, y, kinds: k } = this.story, { now } = this.fold, number = this.messages.number.get(row);
    const ours = this.fold.is[kind[row]] === 2 || kind[row] === k.ADVERT_POSTED;
    const seen = this.words.number(this.fold.seen(time[row], ours ? actor[row] : -1));
    const taken = now.taken[number], count = now.answers[number];
    if (kind[row] === k.STIMULUS_POSTED && this.messages.form(row) === "packet" && y[row] > 0)
      return this.words.t("taken_of", { seen, count: this.words.number(taken), most: this.words.number(y[row]) });
    if (taken) return this.words.t("taken", { seen, count: this.words.number(taken) });
    if (count) return this.words.t(count === 1 ? "answer" : "answers", { seen, count: this.words.number(count) });
    return this.words.t(ours && seen !== "0" ? "no_answer" : "seen", { seen });
  }
}
