// A moment of a story -> a form of what can be changed, thirty worlds of the change as they come in, and any of them as a story.
import { ask } from "./branches.js";
import { Dots } from "./dots.js";
import { element } from "./elements.js";

const LOOK = 120; // ms between two looks at an answer
const PAUSE = 150; // ms after the last choice, until its worlds are begun though nobody has asked for them yet
const GUESSES = ["less", "same", "more"];
const GROUPS = ["strategy", "incident", "staff", "plan", "campaign"];

export class WhatIf {
  // about: what a question says of the run; chain: the changes that led here; took(change, world): a story was chosen.
  constructor(box, words, measures, about, chain, day, took, closed) {
    Object.assign(this, { box, words, measures, about, chain, day, took, closed, chosen: {}, measure: 0 });
    this.open();
  }

  async open() {
    const { words } = this, say = words.t.bind(words);
    this.title = element("h2");
    this.shut = element("button", "", "✕");
    this.shut.type = "button";
    this.shut.addEventListener("click", () => this.close());
    this.name();
    this.form = element("form", "whatif-form", "", element("p", "wait", say("whatif_reading")));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); event.submitter?.value ? this.live(event.submitter.value) : this.guesses[1].focus(); });
    this.side = element("div", "whatif-side", "", element("p", "whatif-hint", say("whatif_hint")));
    this.box.replaceChildren(element("div", "whatif-head", "", this.title, this.shut), element("div", "whatif-body", "", this.form, this.side));
    this.box.hidden = false;
    try { this.offer = await (await ask("/whatif/offer", { ...this.about, chain: this.chain, at: this.day })).json(); }
    catch (error) { return this.refuse(error); }
    this.fill();
  }

  name() {
    this.title.textContent = this.words.t("whatif_title", { day: this.words.plain(Math.round(this.day * 10) / 10) });
    this.shut.title = this.shut.ariaLabel = this.words.t("close");
  }

  // In another language, with what was chosen and what came of it.
  translate() {
    this.name();
    if (this.offer) this.fill();
    if (this.answer) this.show();
    else this.side.firstChild.textContent = this.words.t("whatif_hint");
  }

  fill() {
    const { words } = this, language = words.language, parts = [];
    for (const group of GROUPS) {
      const fields = this.offer.fields.filter((one) => one.group === group);
      if (fields.length) parts.push(element("fieldset", group, "", element("legend", "", words.t(`whatif_${group}`)), ...fields.map((one) => this.field(one, language))));
    }
    this.problem = element("p", "problem");
    this.problem.setAttribute("role", "alert");
    this.form.replaceChildren(element("div", "whatif-fields", "", ...parts), this.problem, this.expecting());
    this.mark();
    this.form.querySelector("select, input")?.focus();
  }

  // Whoever says first what to expect learns more from what comes: there is no other button that begins the worlds.
  expecting() {
    const { words } = this, of = element("select");
    of.append(...this.measures.map((one, place) => { const made = element("option", "", one.name[words.language]); made.value = place; made.selected = place === this.measure; return made; }));
    of.addEventListener("change", () => { this.measure = Number(of.value); });
    this.guesses = GUESSES.map((guess) => { const made = element("button", "whatif-go", words.t(`expect_${guess}`)); made.value = guess; return made; });
    // A number that is typed is confirmed with Enter: that is no guess.
    const first = element("button", "", ""); first.hidden = true;
    return element("div", "whatif-expect", "", element("label", "", "", element("span", "", words.t("expect_of")), of), first, element("div", "whatif-guesses", "", ...this.guesses));
  }

  field(one, language) {
    const name = one.label[language], now = this.chosen[one.key] ?? one.now;
    let input;
    if (one.options && one.group === "campaign") {
      input = element("input");
      input.type = "checkbox";
      input.checked = now === "on";
      input.addEventListener("change", () => this.choose(one, input.checked ? "on" : "off"));
      return element("label", "chip", "", input, element("span", "", name));
    }
    if (one.options) {
      input = element("select");
      input.append(...one.options.map(([value, told]) => { const made = element("option", "", told[language]); made.value = value; made.selected = value === now; return made; }));
      input.addEventListener("change", () => this.choose(one, input.value));
    } else {
      input = element("input");
      Object.assign(input, { type: "number", min: one.low, max: one.high, step: one.whole ? 1 : "any", value: now, required: true });
      input.addEventListener("input", () => this.choose(one, input.valueAsNumber));
    }
    return element("label", "row", "", element("span", "", name), input, ...(one.options ? [] : [element("small", "", `${words1(this.words, one.low)}–${words1(this.words, one.high)}`)]));
  }

  choose(one, value) {
    if (value === one.now || Number.isNaN(value)) delete this.chosen[one.key];
    else this.chosen[one.key] = value;
    this.mark();
    clearTimeout(this.pausing);
    this.pausing = setTimeout(() => this.draft(), PAUSE);
  }

  // What is chosen is begun while the hand goes to the button; what cannot be done is told when it is asked for.
  draft() {
    if (this.box.hidden || !this.changes() || !this.form.checkValidity()) return;
    ask("/whatif/draft", { ...this.about, chain: [...this.chain, this.asking()] }).catch(() => {});
  }

  asking() { return { at: this.offer.at, set: { ...this.chosen } }; }

  // Another plan has levers of its own: those of the one before have no say.
  mark() {
    const other = "strategy" in this.chosen, plan = this.form.querySelector("fieldset.plan");
    if (plan) plan.disabled = other;
    if (other) for (const one of this.offer.fields) if (one.group === "plan") delete this.chosen[one.key];
    for (const guess of this.guesses) guess.disabled = !this.changes();
  }

  changes() { return Object.keys(this.chosen).length > 0; }

  refuse(error) { (this.problem ?? this.form).textContent = this.words.t("whatif_refused", { reason: error.message }); }

  async live(guess) {
    if (!this.changes() || !this.form.reportValidity()) return;
    this.said = { guess, of: this.measure };
    clearTimeout(this.pausing);
    const change = this.asking(), asked = (this.asked = Symbol("asked"));
    this.problem.textContent = "";
    this.change = change;
    this.began = performance.now();
    this.first = null;
    this.dots?.close();
    this.dots = null;
    let name;
    try { name = (await (await ask("/whatif/ask", { ...this.about, chain: [...this.chain, change] })).json()).answer; }
    catch (error) { return this.refuse(error); }
    while (this.asked === asked && !this.box.hidden) {
      try {
        const answer = await fetch(`/whatif/answer/${name}`, { signal: AbortSignal.timeout?.(4000) });
        if (answer.status === 404) return this.live(guess); // the program was begun anew meanwhile
        if (answer.ok && this.asked === asked) this.take(await answer.json());
        if (this.answer?.told || this.answer?.failed) break;
      } catch { /* a laptop that slept, a network that went: asked again */ }
      await new Promise((done) => setTimeout(done, LOOK));
    }
  }

  take(answer) {
    this.answer = answer;
    if (answer.order.length && this.first === null) this.first = performance.now() - this.began;
    if (answer.told) this.whole = performance.now() - this.began;
    this.show();
  }

  show() {
    const { words, answer } = this, language = words.language, measure = this.measures[this.measure], name = measure.outcome;
    if (answer.failed) return this.side.replaceChildren(element("p", "problem", words.t("whatif_refused", { reason: answer.failed })));
    const told = answer.told?.[name], middle = answer.middle?.[name];
    const script = { arms: [both(words, "whatif_before"), both(words, "whatif_after")], worlds: answer.worlds, story: answer.order.indexOf(this.picked ?? middle ?? 0) };
    const reveal = { dots: [answer.before[name], answer.after[name]], effect: measure.effect, arms: told ? [{ ...told, arm: 1 }] : [] };
    if (!this.dots || this.drawn !== name || this.tongue !== language) {
      this.dots?.close();
      this.drawn = name;
      this.tongue = language;
      this.tabs = element("div", "whatif-tabs", "", ...this.measures.map((one, place) => {
        const made = element("button", "", one.name[language]);
        made.type = "button";
        made.setAttribute("aria-pressed", String(place === this.measure));
        made.addEventListener("click", () => { this.measure = place; this.show(); });
        return made;
      }));
      const box = element("div", "reveal");
      this.foot = element("div", "whatif-foot");
      this.side.replaceChildren(this.tabs, box, ...(measure.money ? [element("p", "small", words.t("money_note"))] : []), this.foot);
      this.dots = new Dots(script, reveal, measure, [0, 1], words, box, "whatif_count");
      this.dots.node.addEventListener("click", (event) => { const at = this.dots.at(event.offsetX, event.offsetY); if (at !== null) { this.picked = this.answer.order[at]; this.show(); } });
      this.dots.show({ stream: false, band: Boolean(told) });
    } else {
      Object.assign(this.dots, { script, reveal, told: reveal.arms[0] });
      this.dots.show({ stream: false, band: Boolean(told) });
    }
    const world = this.picked ?? middle ?? 0, play = element("button", "whatif-play", words.t("whatif_play", { number: words.number(world + 1), worlds: words.number(answer.worlds) }));
    play.type = "button";
    play.addEventListener("click", () => this.took(this.change, world));
    const own = element("button", "", words.t("whatif_own"));
    own.type = "button";
    own.addEventListener("click", () => this.took(this.change, 0));
    const kind = world === middle && this.picked === undefined ? "whatif_middle" : world === 0 ? "whatif_same_luck" : "whatif_picked";
    const said = this.said?.of === this.measure ? [element("p", "whatif-said", this.held(answer, name, measure.effect))] : [];
    this.foot.replaceChildren(...said, play, ...(world ? [own] : []), element("p", "small", words.t(kind)));
  }

  // What was expected, and in how many worlds it came so; a difference that does not matter is none.
  held(answer, name, effect) {
    const { words, said } = this, gains = answer.after[name].map((after, place) => (after === null || answer.before[name][place] === null ? NaN : after - answer.before[name][place]));
    const so = { less: (gain) => gain <= -effect, same: (gain) => Math.abs(gain) < effect, more: (gain) => gain >= effect }[said.guess];
    return words.t(`expected_${said.guess}`, { count: words.number(gains.filter(so).length), worlds: words.number(gains.length) });
  }

  close() {
    clearTimeout(this.pausing);
    this.asked = null;
    this.dots?.close();
    this.box.hidden = true;
    this.box.replaceChildren();
    this.closed();
  }
}

function words1(words, value) { return Number.isInteger(value) ? words.number(value) : words.hours(value); }

// One text of the catalogues in the form in which scripts have them.
function both(words, key) { return { [words.language]: words.t(key) }; }
