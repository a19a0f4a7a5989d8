// A script and its stories -> a lesson on the projector, step by step; where it is stands in the address.
import { element } from "./elements.js";
import { Desk, Room } from "./room.js";
import { printSheets } from "./sheets.js";
import { stepView } from "./steps.js";
import { LANGUAGES, Words } from "./words.js";

const LESSON_KEYS = ["enter", "page", "space", "arrow", "day", "ir", "votes", "hands", "explore", "print", "l", "t", "help"];

export class Lesson {
  // story(arm): a promise of the story of an arm; klass: whether phones may join.
  // learn(done): a promise of what more is known where worlds are still being simulated, null where nothing is.
  constructor(script, story, catalogues, root, { klass = false, back = false, learn = null } = {}) {
    Object.assign(this, { script, story, root, back, learn });
    const asked = new URLSearchParams(location.hash.slice(1));
    this.words = new Words(catalogues, asked.get("lang"));
    this.theme = asked.get("theme") === "dark" ? "dark" : "light";
    this.room = klass ? new Room(script.name) : new Desk(script.name);
    this.klass = klass;
    this.stories = new Map();
    this.steps = [{ kind: "cover", minutes: 0 }, ...script.steps];
    this.take(asked);
    this.frame();
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.follow());
    addEventListener("beforeprint", () => this.paper || this.print("notes", false));
    this.ready = this.begin();
  }

  take(asked) {
    const whole = (name, most) => Math.max(0, Math.min(most, Math.floor(Number(asked.get(name))) || 0));
    this.step = whole("step", this.steps.length - 1);
    this.phase = whole("phase", this.phases(this.steps[this.step]) - 1);
    this.time = asked.get("t") === null ? NaN : Number(asked.get("t")) * 86400e6;
  }

  async begin() {
    await this.room.turn(this.step - 1, this.phase);
    await this.show();
    this.fetchAhead();
    if (this.klass) setInterval(() => this.watch(), 1000);
    if (this.learn) this.follow_worlds();
  }

  // Worlds that are simulated while the lesson is taught. A connection that is cut, or a laptop that slept, is asked again.
  async follow_worlds() {
    while (!this.script.ready && !this.trouble) {
      const more = await this.learn(this.script.done).catch((error) => { if (error.refused) this.trouble = error.message; return null; });
      if (more) Object.assign(this.script, more);
      if (more || this.trouble) await (this.view?.more ? this.view.more() : this.tell_worlds());
      await new Promise((done) => setTimeout(done, 700));
    }
    this.tell_worlds();
  }
  whole() { return this.script.done === this.script.worlds && this.script.reveals[0].arms.length > 0; }

  // How far the worlds are, below everything else.
  tell_worlds() {
    const { script, words } = this;
    this.progress.textContent = this.trouble ? words.t("worlds_failed", { reason: this.trouble }) : script.ready ? "" : words.t("worlds_so_far", { done: words.number(script.done), worlds: words.number(script.worlds) });
    this.progress.hidden = script.ready;
  }

  // Phones that vote, and clocks that run out.
  async watch() {
    const moved = await this.room.poll();
    const left = this.room.left(), step = this.steps[this.step];
    if (left === 0 && this.phase === 0 && ["ask", "vote", "exit"].includes(step.kind)) return this.turn(this.step, 1);
    if (moved) this.view?.counted?.();
    this.view?.clock?.(left);
    this.tell_joined();
  }

  tell_joined() { this.note.textContent = this.room.lost ? this.words.t("lost") : this.words.t("joined_count", { count: this.words.number(this.room.joined) }); }

  phases(step) {
    if (step.kind === "reveal") return 1 + 2 * this.script.measures.length;
    if (step.kind === "vote") return 2 + (step.options.some((one) => one.arm !== null) ? this.script.measures.length : 0);
    return { ask: 2, exit: 2, debrief: 3 }[step.kind] ?? 1;
  }

  // Another address was typed: another lesson is loaded anew, another step is shown.
  follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if ((asked.get("lesson") ?? this.script.name) !== this.script.name || asked.get("run") || asked.get("arm") !== null || (this.back && asked.get("lesson") === null)) return location.reload();
    const before = [this.step, this.phase, this.words.language, this.theme].join();
    this.take(asked);
    this.words.use(asked.get("lang") ?? this.words.language);
    this.theme = asked.get("theme") === "dark" ? "dark" : "light";
    if (before !== [this.step, this.phase, this.words.language, this.theme].join()) this.turn(this.step, this.phase, true);
  }

  frame() {
    const button = (key, label, act) => { const made = element("button", "", label); made.type = "button"; made.dataset.word = key; made.addEventListener("click", act); return made; };
    this.home = element("a", "back", "☰");
    this.home.hidden = !this.back;
    this.heading = element("h1");
    this.place = element("span", "lesson-place");
    this.body = element("main", "lesson-body");
    this.note = element("p", "said");
    this.honest = element("p");
    this.progress = element("p", "progress");
    this.progress.setAttribute("role", "status");
    this.help = element("dialog", "help");
    this.sheet = element("section", "paper");
    this.tongues = LANGUAGES.map((language) => { const made = element("button", "tongue", { zh: "中文", en: "EN", es: "ES" }[language]); made.type = "button"; made.lang = language; made.addEventListener("click", () => this.use({ language })); return made; });
    const bar = element("header", "", "", this.home, this.heading, this.place, button("previous", "◀", () => this.move(-1)), button("next", "▶▶", () => this.move(1)), button("theme", "◐", () => this.use({ theme: this.theme === "light" ? "dark" : "light" })), button("help", "?", () => this.ask()), ...this.tongues);
    this.root.className = "lesson";
    this.root.replaceChildren(bar, this.body, element("footer", "", "", this.honest, this.progress, this.note), this.help, this.sheet);
  }

  async show() {
    const { words, script } = this, say = words.t.bind(words), shown = (this.shown = Symbol("view"));
    document.documentElement.lang = { zh: "zh-CN" }[words.language] ?? words.language;
    document.documentElement.dataset.theme = this.theme;
    document.documentElement.dataset.view = "lesson";
    document.title = this.heading.textContent = script.title[words.language];
    this.place.textContent = say("step_of", { step: words.number(this.step), steps: words.number(this.steps.length - 1) });
    this.place.hidden = this.step === 0;
    for (const made of this.root.querySelectorAll("header [data-word]")) { made.title = say(made.dataset.word); made.ariaLabel = made.title; }
    for (const made of this.tongues) made.setAttribute("aria-pressed", String(made.lang === words.language));
    this.home.title = this.home.ariaLabel = say("back_lessons");
    this.home.href = `#lang=${words.language}&theme=${this.theme}`;
    this.honest.textContent = words.sentences(say(script.middle ? "story_number" : "story_first", { number: words.number(script.story + 1), worlds: words.number(script.worlds) }), say("inside"));
    const shut = element("button", "", say("close"));
    shut.type = "button";
    shut.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(element("h2", "", say("help")), element("ul", "", "", ...LESSON_KEYS.map((key) => element("li", "", say(`lkey_${key}`)))), shut);
    this.tell_worlds();
    if (this.klass) this.tell_joined();
    this.view?.close?.();
    this.view = null;
    this.remember();
    const view = await stepView(this, this.steps[this.step]);
    if (shown !== this.shown) return view.close?.(); // the next step was faster
    this.view = view;
    this.view.clock?.(this.room.left());
  }

  // The story of an arm, read once; one that could not be read is asked for again.
  tell(arm) {
    if (!this.stories.has(arm)) {
      const read = this.story(arm);
      read.catch(() => this.stories.delete(arm));
      this.stories.set(arm, read);
    }
    return this.stories.get(arm);
  }

  // Stories take a moment to be checked: they are there before they are played.
  async fetchAhead() {
    for (const arm of this.script.told) await this.tell(arm).catch(() => {});
  }

  async turn(step, phase, quiet = false) {
    if (!quiet && (step !== this.step)) this.time = NaN;
    this.step = step;
    this.phase = phase;
    await this.room.turn(step - 1, phase);
    await this.show();
  }

  move(by) {
    const phase = this.phase + by;
    if (phase >= 0 && phase < this.phases(this.steps[this.step])) return this.turn(this.step, phase);
    const step = this.step + by;
    if (step >= 0 && step < this.steps.length) return this.turn(step, by > 0 ? 0 : this.phases(this.steps[step]) - 1);
  }

  use({ language = this.words.language, theme = this.theme }) {
    this.words.use(language);
    this.theme = theme;
    if (this.view?.stage) this.time = this.view.stage.time;
    this.show();
  }

  address() {
    const time = this.view?.stage?.time ?? this.time, at = Number.isFinite(time) ? `&t=${(time / 86400e6).toFixed(4)}` : "";
    return `#lesson=${encodeURIComponent(this.script.name)}&step=${this.step}&phase=${this.phase}${at}&lang=${this.words.language}&theme=${this.theme}`;
  }
  remember() { history.replaceState(null, "", this.address()); }

  ask() { this.help.open ? this.help.close() : this.help.showModal(); }

  print(what, now = true) {
    this.paper = what;
    printSheets(this, what);
    if (!now) return;
    addEventListener("afterprint", () => { this.paper = null; }, { once: true });
    print();
  }

  explore() {
    const at = this.view?.stage?.time, arm = this.steps[this.step].arms?.at(-1) ?? this.script.told.at(-1);
    if (arm !== undefined) location.hash = `${this.address().slice(1).replace(/&t=[^&]*/, "")}&arm=${arm}&t=${((at ?? 0) / 86400e6).toFixed(4)}`;
  }

  async key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stage = this.view?.stage, digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
    const acts = {
      Enter: () => this.move(1), PageDown: () => this.move(1), n: () => this.move(1), PageUp: () => this.move(-1), Backspace: () => this.move(-1),
      l: () => this.use({ language: LANGUAGES[(LANGUAGES.indexOf(this.words.language) + 1) % 3] }), t: () => this.use({ theme: this.theme === "light" ? "dark" : "light" }),
      "?": () => this.ask(), c: () => this.print("cards"), d: () => this.print("notes"), p: () => this.explore(),
      ArrowRight: () => (stage ? (event.shiftKey ? stage.go(stage.time + 86400e6) : stage.step(1)) : this.move(1)), ArrowLeft: () => (stage ? (event.shiftKey ? stage.go(stage.time - 86400e6) : stage.step(-1)) : this.move(-1)),
      ...(stage && { " ": () => stage.toggle(), i: () => stage.incident(), r: () => stage.replay(), "+": () => stage.faster(1), "=": () => stage.faster(1), "-": () => stage.faster(-1), Home: () => stage.go(stage.from), End: () => stage.go(stage.to) }),
    };
    if (digit && this.view?.raise) { event.preventDefault(); return this.view.raise(Number(digit) - 1, event.shiftKey ? -1 : 1); }
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (this.help.open && event.key !== "?") || ([" ", "Enter"].includes(event.key) && (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement))) return;
    event.preventDefault();
    act();
  }
}
