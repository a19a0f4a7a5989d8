// Stories of one or two arms and a span of days -> their groups side by side, played in step: talk above, a curve below.
import { Chat } from "./chat.js";
import { Curve } from "./curve.js";
import { element } from "./elements.js";
import { DAY, Fold, place } from "./fold.js";
import { Messages } from "./messages.js";
import { markName } from "./timeline.js";

const PACES = [0.125, 0.25, 0.5, 1, 2, 4];
// What is counted beside the talk: what talk alone does not show.
const COUNTED = ["orders", "complaints", "exits", "muted"];

export class Stage {
  constructor(stories, names, words, box, { day, until, time, changed }) {
    Object.assign(this, { stories, words, box, changed, playing: false, pace: 2, frames: 0 });
    const last = Math.min(...stories.map((story) => story.end));
    this.from = (day ?? 0) * DAY;
    this.to = Math.min(until === null || until === undefined ? last : until * DAY, last);
    this.time = this.within(Number.isFinite(time) ? time : this.from);
    this.sides = stories.map((story, at) => this.side(story, names[at]));
    const highest = Math.max(...this.sides.map((side) => side.curve.highest));
    for (const side of this.sides) side.curve.highest = highest;
    this.moments = [...new Set(this.sides.flatMap((side) => side.chat.times))].sort((a, b) => a - b);
    this.clock = element("output", "stage-clock");
    this.pace_note = element("span", "stage-pace");
    this.play_button = element("button", "stage-play", "▶");
    this.play_button.type = "button";
    this.play_button.addEventListener("click", () => this.toggle());
    this.bar = element("div", "stage-bar");
    this.bar.addEventListener("pointerdown", (event) => {
      const edge = this.bar.getBoundingClientRect();
      this.go(this.from + ((event.clientX - edge.left) / edge.width) * (this.to - this.from));
    });
    const columns = element("div", `stage-columns of${stories.length}`, "", ...this.sides.map((side) => side.node));
    box.replaceChildren(columns, element("div", "stage-foot", "", this.play_button, this.clock, this.bar, this.pace_note));
    this.listen = () => this.build();
    addEventListener("resize", this.listen);
    this.build();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  side(story, name) {
    const fold = new Fold(story), chat = element("div", "box"), curve = element("div", "box");
    const heading = element("h3", "", this.words.t("curve"));
    const cells = COUNTED.map((key) => element("dd")), counts = element("dl", "stage-counts", "", ...COUNTED.map((key, at) => element("div", "", "", element("dt", "", this.words.t(key)), cells[at])));
    const node = element("section", "stage-side", "", element("h2", "", name), counts, element("div", "chat", "", chat), heading, element("div", "stage-curve", "", curve));
    return { node, cells, fold, chat: new Chat(story, fold, new Messages(story, fold, this.words), this.words, chat), curve: new Curve(story, this.words, curve) };
  }

  // Anew, for the size and the colours of now.
  build() {
    for (const side of this.sides) side.curve.build();
    const wide = this.to - this.from, rows = [0, 0], width = Math.max(this.bar.clientWidth, 100);
    this.head = element("i", "stage-head");
    const marks = this.stories.flatMap((story, side) => story.marks.map((mark) => [mark, side, story])).filter(([[kind, , day]]) => kind !== "state" && day * DAY >= this.from && day * DAY <= this.to);
    this.bar.replaceChildren(...marks.map(([mark, side, story]) => {
      const at = (mark[2] * DAY - this.from) / wide, name = markName(story, this.words, mark), room = 14 + name.length * (this.words.language === "zh" ? 17 : 9);
      const before = at * width + room > width, from = before ? at * width - room : at * width, free = from >= rows[side]; // at the right edge the name stands before its mark
      const made = element("span", `stage-mark ${mark[0]} side${side}${before ? " before" : ""}`, free ? name : "");
      if (free) rows[side] = from + room;
      made.style[before ? "right" : "left"] = `${100 * (before ? 1 - at : at)}%`;
      made.title = name;
      return made;
    }), this.head);
    this.draw();
  }

  within(time) { return Math.max(this.from, Math.min(time, this.to)); }

  go(time) {
    this.time = this.within(time);
    this.draw();
    if (!this.playing) this.changed(this.time);
  }

  toggle(on = !this.playing) {
    if (on && this.time >= this.to) this.time = this.from;
    this.playing = on;
    this.draw();
    if (!on) this.changed(this.time);
  }

  step(by) {
    const at = by > 0 ? place(this.moments, this.time) : place(this.moments, this.time - 1) - 1;
    this.go(this.moments[at] ?? (by > 0 ? this.to : this.from));
  }

  // The last change again, in both groups, from three days before it; a step may begin later than that.
  replay() {
    const days = this.stories.flatMap((story) => story.marks.filter(([kind]) => kind !== "state").map(([, , day]) => day * DAY)).filter((at) => at <= this.time);
    const last = days.length ? Math.max(...days) : this.time;
    this.go(Math.max(this.from, last - 3 * DAY));
    this.toggle(true);
  }

  incident() {
    const next = this.stories.flatMap((story) => story.marks.filter(([kind]) => kind === "incident").map(([, , day]) => day * DAY)).filter((at) => at > this.time + 0.01 * DAY && at <= this.to);
    if (next.length) this.go(Math.min(...next) + 1e6);
  }

  faster(by) { this.pace = Math.max(0, Math.min(PACES.length - 1, this.pace + by)); this.draw(); }

  tick(now) {
    const passed = Math.min(now - (this.last ?? now), 250);
    this.last = now;
    if (this.playing) {
      this.time = this.within(this.time + (passed / 1000) * PACES[this.pace] * DAY);
      this.frames++;
      if (this.time >= this.to) this.toggle(false);
      else { this.draw(); if (now - (this.told ?? 0) > 1000) { this.told = now; this.changed(this.time); } }
    }
    this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  draw() {
    const { words } = this;
    this.clock.textContent = `${words.t("day", { day: words.number(Math.floor(this.time / DAY)) })} · ${words.weekday(this.time)} ${words.clock(this.time)}`;
    this.pace_note.textContent = words.t("speed", { days: String(PACES[this.pace]).replace(".", words.tenth.format(0.5)[1]) });
    this.play_button.textContent = this.playing ? "❚❚" : "▶";
    this.play_button.ariaLabel = this.play_button.title = words.t(this.playing ? "pause" : "play");
    for (const side of this.sides) {
      const now = side.fold.seek(this.time);
      for (const [at, key] of COUNTED.entries()) side.cells[at].textContent = words.number(now[key]);
      side.chat.draw(this.time);
      side.curve.draw(this.time);
    }
    if (this.head) this.head.style.left = `${(100 * (this.time - this.from)) / (this.to - this.from)}%`;
  }

  close() {
    cancelAnimationFrame(this.frame);
    removeEventListener("resize", this.listen);
    for (const side of this.sides) side.curve.chart?.destroy();
  }
}
