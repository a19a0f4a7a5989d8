// A story and the keys -> the page: plays, seeks and steps without a server; what is shown stands in the address.
import { chainOf, readTree, withoutNode, writeTree } from "./branches.js";
import { Chat } from "./chat.js";
import { Curve } from "./curve.js";
import { element } from "./elements.js";
import { DAY, Fold, place } from "./fold.js";
import { Graph } from "./graph.js";
import { Messages } from "./messages.js";
import { Numbers } from "./numbers.js";
import { Operate } from "./operate.js";
import { markName, Timeline } from "./timeline.js";
import { Tree } from "./tree.js";
import { WhatIf } from "./whatif.js";
import { LANGUAGES, Words } from "./words.js";

const VIEWS = ["all", "chat", "people", "signs"];
const SPEEDS = [0.125, 0.25, 0.5, 1, 2, 4];
const KEYS = ["space", "arrow", "day", "i", "r", "b", "o", "speed", "home", "v", "l", "t", "help"];

// A line that parts in two.
function fork() {
  const space = "http://www.w3.org/2000/svg", made = document.createElementNS(space, "svg"), line = document.createElementNS(space, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" })) made.setAttribute(name, value);
  for (const [name, value] of Object.entries({ d: "M2 14H7C11 14 10 5 18 5M7 14H18M15 2L18 5L15 8M15 11L18 14L15 17", fill: "none", stroke: "currentColor", "stroke-width": 2 })) line.setAttribute(name, value);
  made.append(line);
  return made;
}

export class Player {
  // kept: what of the address says which story this is; asks: what can be asked (measures, names), null where nothing can.
  constructor(story, catalogues, root, kept = {}, asks = null) {
    const asked = new URLSearchParams(location.hash.slice(1));
    Object.assign(this, { story, root, kept, asks, playing: false, speed: 2, frames: 0, until: Infinity });
    this.words = new Words(catalogues, asked.get("lang"));
    this.view = VIEWS.includes(asked.get("view")) ? asked.get("view") : "all";
    this.theme = ["light", "dark"].includes(asked.get("theme")) ? asked.get("theme") : "light";
    this.time = this.within(Number(asked.get("t")) * DAY);
    this.fold = new Fold(story);
    this.nodes = readTree(kept.tree);
    this.node = Math.min(Number(kept.node ?? 0), this.nodes.length);
    this.frame();
    const messages = new Messages(story, this.fold, this.words);
    this.chat = new Chat(story, this.fold, messages, this.words, this.boxes.chat);
    this.graph = new Graph(story, this.fold, this.words, this.boxes.people);
    this.curve = new Curve(story, this.words, this.boxes.curve);
    this.numbers = new Numbers(story, this.fold, this.words, this.boxes.signs);
    this.timeline = new Timeline(story, this.words, this.boxes.timeline, (time) => this.go(time));
    this.tree = new Tree(this, this.boxes.timeline);
    this.steps = this.chat.times;
    this.translate();
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.resize());
    addEventListener("beforeprint", () => this.print());
    addEventListener("hashchange", () => this.follow());
    requestAnimationFrame((now) => this.tick(now));
    if (asked.get("operate")) this.operate();
  }

  // Another address was typed or chosen: of another run, or of another moment in this one.
  follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const branch = ["tree", "node", "world"], own = Object.entries(this.kept).filter(([name]) => !branch.includes(name));
    if (own.some(([name, value]) => asked.get(name) !== String(value)) || branch.some((name) => (asked.get(name) || "0") !== String(this.kept[name] || "0"))) return location.reload();
    this.go(Number(asked.get("t")) * DAY);
    this.use({ language: asked.get("lang") ?? undefined, view: VIEWS.includes(asked.get("view")) ? asked.get("view") : undefined, theme: ["light", "dark"].includes(asked.get("theme")) ? asked.get("theme") : undefined });
  }

  within(time) { return Math.max(0, Math.min(Number.isFinite(time) ? time : 0, this.story.end)); }

  frame() {
    const button = (key, label, act) => { const made = element("button", "", label); made.type = "button"; made.dataset.word = key; made.addEventListener("click", act); return made; };
    this.boxes = {};
    const panel = (name, inner = "div") => element("section", `panel ${name}`, "", element("h2"), (this.boxes[name] = element(inner, "box")));
    this.playButton = button("play", "▶", () => this.toggle());
    this.clock = element("output", "clock");
    this.speedNote = element("span", "speed");
    this.languageButtons = LANGUAGES.map((language) => { const made = element("button", "tongue", { zh: "中文", en: "EN", es: "ES" }[language]); made.type = "button"; made.lang = language; made.addEventListener("click", () => this.use({ language })); return made; });
    this.heading = element("h1");
    this.story_note = element("p", "story");
    this.said = element("p", "said");
    this.said.setAttribute("role", "status");
    this.help = element("dialog", "help");
    this.sheet = element("section", "sheet");
    this.back = element("a", "back");
    this.groups = element("select");
    this.groups.append(...this.story.groups.map(() => element("option")));
    this.groups.selectedIndex = this.story.groups.findIndex(([programme, group]) => programme === this.story.programme && group === this.story.group);
    this.groups.dataset.word = "group_choice";
    this.groups.addEventListener("change", () => {
      const [programme, group] = this.story.groups[this.groups.selectedIndex];
      location.hash = new URLSearchParams({ ...this.kept, programme, group, lang: this.words.language });
    });
    this.back.hidden = this.kept.run === undefined && this.kept.lesson === undefined;
    this.groups.hidden = this.kept.run === undefined || this.story.groups.length < 2;
    const bar = element("header", "", "", this.back, this.heading, this.groups, this.clock, this.playButton, button("slower", "−", () => this.faster(-1)), button("faster", "+", () => this.faster(1)), this.speedNote,
      button("view", "▦", () => this.use({ view: VIEWS[(VIEWS.indexOf(this.view) + 1) % VIEWS.length] })), button("theme", "◐", () => this.use({ theme: this.theme === "light" ? "dark" : "light" })), button("help", "?", () => this.ask()), ...this.languageButtons);
    this.branchButton = button("branch", "", () => this.branch());
    this.branchButton.append(fork());
    this.operateButton = button("operate", "☞", () => this.operate());
    this.operateButton.hidden = !this.asks;
    this.branchButton.hidden = !this.asks;
    this.speedNote.after(this.branchButton, this.operateButton);
    this.operation = element("section", "operate");
    this.operation.hidden = true;
    this.panel = element("section", "whatif");
    this.panel.hidden = true;
    const middle = element("div", "middle", "", panel("curve"), panel("people"));
    this.main = element("main", "", "", panel("chat"), middle, panel("signs"), panel("timeline"));
    this.boxes.chat.setAttribute("aria-live", "off");
    this.root.replaceChildren(bar, this.main, element("footer", "", "", this.story_note, this.said), this.help, this.sheet, this.operation, this.panel);
  }

  // What if something were changed now?
  branch() {
    if (!this.asks || this.asking) return;
    this.toggle(false);
    const about = this.about(), chain = chainOf(this.nodes, this.node), least = chain.at(-1)?.at ?? 0, day = Math.max(least, Math.min(this.time, this.story.end - 60e6) / DAY);
    this.asking = new WhatIf(this.panel, this.words, this.asks.measures, about, chain, Number(day.toFixed(4)), (change, world) => this.grow(change, world), () => { this.asking = null; this.branchButton.focus(); });
  }

  about() { return this.kept.run === undefined ? { lesson: this.kept.lesson, arm: this.kept.arm } : { run: this.kept.run }; }

  // A class runs the group: the clock stops where something has to be decided. A choice is a branch like any other.
  operate() {
    if (!this.asks || this.asking) return;
    if (this.operating) { this.operating.close(); this.operating = null; return this.remember(); }
    const go = (change, day) => {
      if (change) return this.grow(change, 0);
      this.time = this.within(day * DAY + 60e6);
      this.operating.next();
    };
    this.operating = new Operate(this, this.about(), chainOf(this.nodes, this.node), go);
    this.remember();
  }

  // A branch becomes a node below this one; the same change again is the node that is there.
  grow(change, world) {
    const nodes = [...this.nodes], known = nodes.findIndex((one) => one.parent === this.node && one.at === change.at && JSON.stringify(one.set) === JSON.stringify(change.set));
    this.visit(known < 0 ? nodes.push({ parent: this.node, ...change }) : known + 1, { nodes, world, from: this.operating ? change.at : change.at - 1 });
  }

  visit(node, { nodes = this.nodes, world = Number(this.kept.world ?? 0), from = this.time / DAY } = {}) {
    const { run, lesson, step, phase, arm, programme, group } = this.kept, own = run === undefined ? { lesson, step, phase, arm } : { run, programme, group };
    location.hash = new URLSearchParams({ ...own, ...(nodes.length && { tree: writeTree(nodes) }), node, world, ...(this.operating && { operate: 1 }), t: Math.max(0, from).toFixed(4), lang: this.words.language, view: this.view, theme: this.theme });
  }

  cut(node) {
    const { kept, number } = withoutNode(this.nodes, node);
    this.visit(number[this.node] ?? number[this.nodes[node - 1].parent] ?? 0, { nodes: kept });
  }

  translate() {
    const { words } = this, say = words.t.bind(words), names = this.story.names[words.language];
    document.documentElement.lang = { zh: "zh-CN" }[words.language] ?? words.language;
    document.documentElement.dataset.theme = this.theme;
    document.documentElement.dataset.view = this.view;
    const title = say("title", { scenario: names.scenario, strategy: names.strategy });
    const many = this.story.groups.length > 1 && this.groups.hidden ? ` · ${say("group_of", { programme: this.story.programme + 1, group: this.story.group + 1 })}` : "";
    document.title = this.heading.textContent = title + many;
    for (const made of this.root.querySelectorAll("[data-word]")) { made.title = say(made.dataset.word); made.ariaLabel = made.title; }
    for (const name of ["chat", "curve", "people", "signs", "timeline"]) this.boxes[name].previousSibling.textContent = say(name);
    this.back.textContent = "☰";
    this.back.title = this.back.ariaLabel = say(this.kept.lesson === undefined ? "back" : "back_lesson");
    this.back.href = this.kept.lesson === undefined ? `#lang=${words.language}&theme=${this.theme}` : `#lesson=${encodeURIComponent(this.kept.lesson)}&step=${this.kept.step}&phase=${this.kept.phase}&lang=${words.language}&theme=${this.theme}`;
    for (const [place, [programme, group]] of this.story.groups.entries()) this.groups.options[place].textContent = say("group_of", { programme: programme + 1, group: group + 1 });
    for (const made of this.languageButtons) made.setAttribute("aria-pressed", String(made.lang === words.language));
    const world = Number(this.kept.world ?? 0);
    this.story_note.textContent = words.sentences(say(world ? "story_of_worlds" : "story", { number: words.number(world + 1), worlds: words.number(this.asks?.worlds ?? 30) }), say("inside"));
    const shut = element("button", "", say("close"));
    shut.type = "button";
    shut.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(element("h2", "", say("help")), element("ul", "", "", ...KEYS.map((key) => element("li", "", say(`key_${key}`)))), shut);
    this.say("");
    this.graph.translate();
    this.tree.translate();
    this.asking?.translate();
    this.operating?.translate();
    this.numbers.translate();
    this.resize();
  }

  resize() { this.timeline.translate(); this.curve.build(); this.graph.keyed = false; this.draw(); }

  use({ language = this.words.language, view = this.view, theme = this.theme }) {
    this.words.use(language);
    Object.assign(this, { view, theme });
    this.translate();
    this.remember();
  }

  address() { return `#${Object.entries(this.kept).map(([name, value]) => `${name}=${encodeURIComponent(value)}&`).join("")}${this.operating ? "operate=1&" : ""}t=${(this.time / DAY).toFixed(4)}&lang=${this.words.language}&view=${this.view}&theme=${this.theme}`; }
  remember() { history.replaceState(null, "", this.address()); this.remembered = performance.now(); }

  go(time, { keep = false } = {}) {
    this.time = this.within(time);
    if (!keep) this.until = Infinity;
    this.draw();
    if (!this.playing) this.remember();
  }

  toggle(on = !this.playing) {
    if (on && this.time >= this.story.end) this.time = 0;
    this.playing = on;
    this.playButton.textContent = on ? "❚❚" : "▶";
    this.playButton.dataset.word = on ? "pause" : "play";
    this.playButton.title = this.playButton.ariaLabel = this.words.t(on ? "pause" : "play");
    if (!on) this.remember();
  }

  tick(now) {
    const passed = Math.min(now - (this.last ?? now), 250);
    this.last = now;
    if (this.playing) {
      this.time = Math.min(this.time + (passed / 1000) * SPEEDS[this.speed] * DAY, this.until, this.story.end);
      const started = performance.now();
      this.draw();
      this.busy = (this.busy ?? 0) + performance.now() - started;
      if (this.time >= Math.min(this.until, this.story.end)) { this.until = Infinity; this.toggle(false); this.stopped?.(); }
      else if (now - (this.remembered ?? 0) > 1000) this.remember();
      this.frames++;
    }
    requestAnimationFrame((next) => this.tick(next));
  }

  draw() {
    const { words } = this;
    this.fold.seek(this.time);
    this.clock.textContent = `${words.t("day", { day: words.number(Math.floor(this.time / DAY)) })} · ${words.weekday(this.time)} ${words.clock(this.time)}`;
    this.speedNote.textContent = words.t("speed", { days: String(SPEEDS[this.speed]).replace(".", words.tenth.format(0.5)[1]) });
    this.chat.draw(this.time);
    this.graph.draw(this.time);
    this.curve.draw(this.time);
    this.numbers.draw(this.time);
    this.timeline.draw(this.time);
  }

  faster(by) { this.speed = Math.max(0, Math.min(SPEEDS.length - 1, this.speed + by)); this.draw(); }
  say(text) { this.said.textContent = text; }
  ask() { this.help.open ? this.help.close() : this.help.showModal(); }

  step(by) {
    const at = by > 0 ? place(this.steps, this.time) : place(this.steps, this.time - 1) - 1;
    this.go(by > 0 ? (this.steps[at] ?? this.story.end) : (this.steps[at] ?? 0));
  }

  incident() {
    const next = this.story.marks.find(([kind, , day]) => kind === "incident" && day * DAY > this.time + 0.01 * DAY);
    if (!next) return this.say(this.words.t("no_incident"));
    this.say(markName(this.story, this.words, next));
    this.go(next[2] * DAY + 1e6);
  }

  replay() {
    const last = this.story.marks.filter(([kind, , day]) => kind !== "state" && day * DAY <= this.time).at(-1);
    if (!last) return this.say(this.words.t("no_change"));
    this.say(this.words.t("replaying", { name: markName(this.story, this.words, last) }));
    const stop = Math.max(this.time, (last[2] + 1) * DAY);
    this.go((last[2] - 3) * DAY);
    this.until = stop;
    this.toggle(true);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.asking) { if (event.key === "Escape") this.asking.close(); return; }
    const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
    if (this.operating && digit) return this.operating.raise(Number(digit) - 1, event.shiftKey ? -1 : 1);
    if (this.operating && event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) return this.operating.take();
    const acts = {
      " ": () => this.toggle(), ArrowRight: () => (event.shiftKey ? this.go(this.time + DAY) : this.step(1)), ArrowLeft: () => (event.shiftKey ? this.go(this.time - DAY) : this.step(-1)),
      Home: () => this.go(0), End: () => this.go(this.story.end), i: () => this.incident(), r: () => this.replay(), "+": () => this.faster(1), "=": () => this.faster(1), "-": () => this.faster(-1),
      l: () => this.use({ language: LANGUAGES[(LANGUAGES.indexOf(this.words.language) + 1) % 3] }), v: () => this.use({ view: VIEWS[(VIEWS.indexOf(this.view) + 1) % VIEWS.length] }),
      b: () => this.branch(), o: () => this.operate(), t: () => this.use({ theme: this.theme === "light" ? "dark" : "light" }), "?": () => this.ask(),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key === " " && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    act();
  }

  // The printed sheet: the page as it stands, in light colours, then how it ended and what happened when.
  print() {
    const { words, story } = this, list = element("dl"), o = story.outcomes;
    for (const name of ["alive_days", "members_end", "messages_per_day", "net_income"])
      list.append(element("dt", "", words.t(name, { days: words.number(story.days) })), element("dd", "", o[name] === null ? "–" : Math.abs(o[name]) < 10 ? words.hours(o[name]) : words.number(o[name])));
    const told = story.marks.map((mark) => element("li", "", this.timeline.sentence(mark)));
    this.sheet.replaceChildren(element("h2", "", words.t("print_outcomes")), list, element("p", "small", words.sentences(words.t("money_note"), words.t("judged", { days: words.number(story.days) }))),
      element("h2", "", words.t("what_when")), told.length ? element("ul", "", "", ...told) : element("p", "", words.t("no_marks")));
    const was = this.theme, from = this.time;
    this.use({ theme: "light" });
    if (!from) this.go(this.story.end); // nothing has happened yet: a sheet of paper shows how it ended
    addEventListener("afterprint", () => { this.use({ theme: was }); if (!from) this.go(from); }, { once: true });
  }
}
