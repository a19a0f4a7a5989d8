// A scenario, one or two strategies and five assumptions -> their groups under the same luck, side by side; all of it in the address.
import { ask } from "./branches.js";
import { element } from "./elements.js";
import { Stage } from "./stage.js";
import { unpack } from "./unpack.js";
import { LANGUAGES, Words } from "./words.js";

const EXPLORE_KEYS = ["space", "arrow", "day", "i", "r", "speed", "home", "l", "t"];

export class Explore {
  // choices: scenarios, strategies and sliders that can be chosen, as the server tells them.
  constructor(catalogues, choices, root) {
    const asked = new URLSearchParams(location.hash.slice(1)), { first, sliders } = choices;
    Object.assign(this, { root, asks: choices, names: catalogues.asks.names });
    this.words = new Words(catalogues, asked.get("lang"));
    this.theme = asked.get("theme") === "dark" ? "dark" : "light";
    this.scenario = asked.get("explore") || first[0];
    this.strategies = asked.get("a") ? [asked.get("a"), ...(asked.get("b") ? [asked.get("b")] : [])] : first.slice(1);
    this.seed = Math.max(0, Math.min(9999, Math.floor(Number(asked.get("seed") ?? 1)) || 0));
    this.sliders = Object.fromEntries(sliders.filter((one) => asked.get(one.key) !== null && Number.isFinite(Number(asked.get(one.key)))).map((one) => [one.key, Math.max(one.low, Math.min(one.high, Number(asked.get(one.key))))]));
    this.time = Number(asked.get("t")) * 86400e6 || 0;
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => { if (location.hash !== this.shown) location.reload(); });
    this.frame();
    this.live();
  }

  select(options, chosen, label, take, none = null) {
    const made = element("select"), language = this.words.language;
    made.append(...(none === null ? [] : [["", { [language]: none }]]).concat(options).map(([value, told]) => { const one = element("option", "", told[language]); one.value = value; one.selected = value === chosen; return one; }));
    made.addEventListener("change", () => { take(made.value); this.live(); });
    return element("label", "", "", element("span", "", label), made);
  }

  frame() {
    const { words, asks } = this, say = words.t.bind(words), button = (key, label, act) => { const made = element("button", "", label); made.type = "button"; made.title = made.ariaLabel = say(key); made.addEventListener("click", act); return made; };
    document.documentElement.lang = { zh: "zh-CN" }[words.language] ?? words.language;
    document.documentElement.dataset.theme = this.theme;
    document.documentElement.dataset.view = "lesson";
    document.title = `groupalive: ${say("explore")}`;
    const home = element("a", "back", "☰");
    home.href = `#lang=${words.language}&theme=${this.theme}`;
    home.title = home.ariaLabel = say("back");
    const tongues = LANGUAGES.map((language) => { const made = button("language", { zh: "中文", en: "EN", es: "ES" }[language], () => this.use({ language })); made.className = "tongue"; made.lang = language; made.setAttribute("aria-pressed", String(language === words.language)); return made; });
    const seed = element("input");
    Object.assign(seed, { type: "number", min: 0, max: 9999, step: 1, value: this.seed, required: true });
    seed.addEventListener("change", () => { if (seed.reportValidity()) { this.seed = seed.valueAsNumber; this.live(); } });
    const choices = element("div", "explore-choices", "",
      this.select(asks.scenarios, this.scenario, say("explore_scenario"), (value) => { this.scenario = value; }),
      this.select(asks.strategies, this.strategies[0], say("explore_first"), (value) => { this.strategies[0] = value; }),
      this.select(asks.strategies, this.strategies[1] ?? "", say("explore_second"), (value) => { this.strategies = value ? [this.strategies[0], value] : [this.strategies[0]]; }, say("explore_none")),
      element("label", "", "", element("span", "", say("explore_luck")), seed));
    const sliders = element("div", "explore-sliders", "", element("h2", "", say("explore_assumed")), ...asks.sliders.map((one) => {
      const made = element("input"), shown = element("output", "", words.fine(this.sliders[one.key] ?? one.now));
      Object.assign(made, { type: "range", min: one.low, max: one.high, step: (one.high - one.low) / 40, value: this.sliders[one.key] ?? one.now });
      made.addEventListener("input", () => { shown.textContent = words.fine(made.valueAsNumber); });
      made.addEventListener("change", () => { this.sliders[one.key] = made.valueAsNumber; this.live(); });
      return element("label", "", "", element("span", "", one.label[words.language]), made, shown);
    }), button("explore_back", say("explore_back"), () => { this.sliders = {}; this.frame(); this.live(); }), element("p", "small", say("explore_note")));
    this.stageBox = element("div", "stage");
    this.root.className = "lesson explore";
    this.root.replaceChildren(element("header", "", "", home, element("h1", "", say("explore")), button("theme", "◐", () => this.use({ theme: this.theme === "light" ? "dark" : "light" })), ...tongues),
      element("main", "lesson-body", "", choices, element("div", "explore-body", "", sliders, this.stageBox)), element("footer", "", "", element("p", "", words.sentences(say("story"), say("inside"))), element("p", "", EXPLORE_KEYS.slice(0, 2).map((key) => say(`key_${key}`)).join(" · "))));
  }

  async live() {
    const asked = (this.asked = Symbol("asked")), question = { scenario: this.scenario, seed: this.seed, sliders: this.sliders };
    this.time = this.stage?.time ?? this.time;
    this.remember();
    this.stage?.close();
    this.stage = null;
    this.stageBox.replaceChildren(element("p", "wait", this.words.t("explore_living")));
    try {
      const stories = [];
      for (const strategy of this.strategies) stories.push(await unpack(await (await ask("/whatif/explore", { ...question, strategy })).arrayBuffer()));
      if (this.asked === asked) this.tell(stories);
    } catch (error) { if (this.asked === asked) this.stageBox.replaceChildren(element("p", "wait", this.words.t("whatif_refused", { reason: error.message }))); }
  }

  tell(stories) {
    this.stories = stories;
    const names = stories.map((story) => story.names[this.words.language].strategy);
    this.stage = new Stage(stories, names, this.words, this.stageBox, { day: 0, until: null, time: this.time, changed: () => this.remember() });
  }

  use({ language = this.words.language, theme = this.theme }) {
    this.words.use(language);
    this.theme = theme;
    this.time = this.stage?.time ?? this.time;
    this.stage?.close();
    this.stage = null;
    this.frame();
    this.remember();
    if (this.stories) this.tell(this.stories);
  }

  remember() {
    const [a, b] = this.strategies, time = this.stage?.time ?? this.time;
    history.replaceState(null, "", `#${new URLSearchParams({ explore: this.scenario, a, ...(b && { b }), seed: this.seed, ...this.sliders, t: (time / 86400e6).toFixed(4), lang: this.words.language, theme: this.theme })}`);
    this.shown = location.hash;
  }

  key(event) {
    const { stage } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const acts = {
      l: () => this.use({ language: LANGUAGES[(LANGUAGES.indexOf(this.words.language) + 1) % 3] }), t: () => this.use({ theme: this.theme === "light" ? "dark" : "light" }),
      ...(stage && { " ": () => stage.toggle(), ArrowRight: () => (event.shiftKey ? stage.go(stage.time + 86400e6) : stage.step(1)), ArrowLeft: () => (event.shiftKey ? stage.go(stage.time - 86400e6) : stage.step(-1)), i: () => stage.incident(), r: () => stage.replay(), "+": () => stage.faster(1), "=": () => stage.faster(1), "-": () => stage.faster(-1), Home: () => stage.go(stage.from), End: () => stage.go(stage.to) }),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key === " " && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    act();
  }
}
