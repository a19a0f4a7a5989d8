// A run that a class operates: its clock stops at decisions, the class chooses by hands, and the choices are replayed in thirty worlds.
import { ask } from "./branches.js";
import { amount } from "./dots.js";
import { element } from "./elements.js";
import { DAY } from "./fold.js";
import { Room } from "./room.js";
import { LANGUAGES, Words } from "./words.js";

const LOOK_AT_SCORE = 400; // ms between two looks at a score
const LOOK_AT_VOTES = 800; // and at the votes of phones

export class Operate {
  // choose(change, day): goes on with a change, or without one.
  constructor(player, about, chain, choose) {
    Object.assign(this, { player, about, chain, choose, words: player.words, box: player.operation, hands: [] });
    this.next();
  }

  say(key, values) { return this.words.t(key, values); }

  async next() {
    const { player } = this, after = Math.max(player.time / DAY, this.chain.at(-1)?.at ?? 0);
    this.box.hidden = false;
    this.tell("operate_wait");
    try { this.decision = await (await ask("/whatif/decide", { ...this.about, chain: this.chain, at: Number(Math.min(after, (player.story.end - 60e6) / DAY).toFixed(4)) })).json(); }
    catch (error) { return this.box.replaceChildren(element("p", "problem", this.say("whatif_refused", { reason: error.message }))); }
    player.until = (this.decision.day ?? player.story.days) * DAY;
    player.stopped = () => (this.decision.day === null ? this.end() : this.ask());
    this.tell("operate_play");
    if (player.time >= player.until) player.stopped();
    else player.toggle(true);
  }

  tell(key) {
    this.kind = key;
    this.box.className = "operate small";
    this.box.replaceChildren(element("p", "", this.say(key)));
  }

  label(set, words = this.words) {
    const { keys, values } = this.player.asks.names[words.language];
    const told = Object.entries(set).map(([key, value]) => (key.endsWith(".handling") ? values[value] : `${keys[key] ?? key}: ${typeof value === "number" ? words.plain(value) : (values[value] ?? value)}`));
    return told.length ? raised(told.join(" · ")) : words.t("operate_go_on");
  }

  // The first choice changes nothing; of an incident it says how that is handled then.
  choice(set, words = this.words) {
    const { kind, now } = this.decision, { values } = this.player.asks.names[words.language];
    return Object.keys(set).length || kind !== "incident" || !(now in values) ? this.label(set, words) : words.t("operate_as_before", { way: raised(values[now]) });
  }

  question(words = this.words) {
    const { kind, name, day } = this.decision, { keys } = this.player.asks.names[words.language];
    return words.t(`operate_${kind}`, { name: keys[`incident.${name}.handling`] ?? name, day: words.number(Math.floor(day + 0.001)) });
  }

  ask() {
    const { decision, player } = this;
    if (this.kind !== "ask" && player.asks.klass) this.poll();
    this.kind = "ask";
    const list = decision.choices.map((set, number) => {
      const made = element("button", "option", "", element("b", "", String(number + 1)), element("span", "", this.choice(set)), element("output", "", this.count(number) ? this.words.number(this.count(number)) : ""));
      made.type = "button";
      made.addEventListener("click", () => this.raise(number, 1));
      return made;
    });
    const go = element("button", "whatif-go", this.say("operate_take"));
    go.type = "button";
    go.addEventListener("click", () => this.take());
    this.box.className = "operate";
    this.box.replaceChildren(element("h2", "", this.question()), element("div", "options two", "", ...list), element("div", "operate-foot", "", element("p", this.room ? "vote-count" : "small", this.voted()), go));
  }

  // Hands that were counted and phones that voted.
  count(number) { return (this.hands[number] ?? 0) + (this.room?.tally(this.room.state.posed)[String(number)] ?? 0); }

  voted() {
    const { room } = this, left = room?.left() ?? null;
    if (!room) return this.say("count_hands");
    const phones = Object.values(room.tally(room.state.posed)).reduce((sum, one) => sum + one, 0), votes = this.say("votes_in", { count: this.words.number(phones), joined: this.words.number(room.joined) });
    if (room.lost) return this.say("lost");
    return left === null ? votes : `${votes} · ${left > 0 ? this.say("seconds_left", { seconds: this.words.number(Math.ceil(left)) }) : this.say("vote_closed")}`;
  }

  // The phones of a class are asked the same, and their votes looked at, until the trainer takes a choice.
  async poll() {
    const { decision } = this, room = new Room(""), { words } = this, said = (make) => Object.fromEntries(LANGUAGES.map((language) => [language, make(new Words(words.catalogues, language)).slice(0, 240)]));
    const posed = { question: said((one) => this.question(one)), options: decision.choices.map((set) => said((one) => this.choice(set, one))) };
    await room.send("/class/pose", { posed });
    while (this.kind === "ask" && this.decision === decision && !this.box.hidden) {
      this.room = room;
      this.ask();
      await new Promise((done) => setTimeout(done, LOOK_AT_VOTES));
      await room.poll();
    }
  }

  // Phones are asked no more.
  async release() {
    const { room } = this;
    this.room = null;
    if (room) await room.send("/class/pose", { posed: null });
  }

  raise(number, by) {
    if (this.kind !== "ask" || number >= this.decision.choices.length) return;
    this.hands[number] = Math.max(0, (this.hands[number] ?? 0) + by);
    this.ask();
  }

  async take() {
    if (this.kind !== "ask") return;
    const counts = this.decision.choices.map((_, number) => this.count(number)), set = this.decision.choices[counts.indexOf(Math.max(...counts))], { day } = this.decision;
    this.hands = [];
    this.kind = "taken";
    await this.release();
    this.choose(Object.keys(set).length ? { at: day, set } : null, day);
  }

  async end() {
    this.measure ??= 0;
    this.tell("operate_scoring");
    let name;
    try { name = (await (await ask("/whatif/score", { ...this.about, chain: this.chain })).json()).answer; }
    catch (error) { return this.box.replaceChildren(element("p", "problem", this.say("whatif_refused", { reason: error.message }))); }
    while (!this.box.hidden) {
      try {
        const answer = await fetch(`/whatif/answer/${name}`, { signal: AbortSignal.timeout?.(4000) });
        if (answer.status === 404) return this.end(); // the program was begun anew meanwhile
        if (answer.ok) this.answer = await answer.json();
        if (this.answer.failed || this.answer.score) break;
        this.box.firstChild.textContent = this.say("operate_scored", { done: this.words.number(this.answer.done), worlds: this.words.number(this.answer.worlds) });
      } catch { /* a laptop that slept: asked again */ }
      await new Promise((done) => setTimeout(done, LOOK_AT_SCORE));
    }
    this.show();
  }

  show() {
    const { words, answer, player } = this, language = words.language, measure = player.asks.measures[this.measure], { values } = player.asks.names[language];
    this.kind = "score";
    if (answer.failed) return this.box.replaceChildren(element("p", "problem", this.say("whatif_refused", { reason: answer.failed })));
    const told = answer.score[measure.outcome], unit = measure.share ? this.say("points") : measure.unit[language], size = (value) => amount(words, measure, value);
    const tabs = element("div", "whatif-tabs", "", ...player.asks.measures.map((one, place) => {
      const made = element("button", "", one.name[language]);
      made.type = "button";
      made.setAttribute("aria-pressed", String(place === this.measure));
      made.addEventListener("click", () => { this.measure = place; this.show(); });
      return made;
    }));
    const arms = Object.entries(told.means).sort(([, a], [, b]) => (measure.direction === "lower" ? a - b : b - a)), means = arms.map(([, value]) => value), least = Math.min(0, ...means), span = Math.max(0, ...means) - least || 1;
    const bars = element("ol", "score-bars", "", ...arms.map(([arm, value]) => {
      const bar = element("i");
      bar.style.width = `${(100 * Math.abs(value)) / span}%`;
      bar.style.marginLeft = `${(100 * (Math.min(value, 0) - least)) / span}%`; // a loss stands left of nothing, a gain right of it
      return element("li", arm === "class" ? "own" : "", "", element("span", "", arm === "class" ? this.say("operate_class") : (values[arm] ?? arm)), element("div", "", "", bar), element("b", "", `${size(value)}`));
    }));
    const [best, middle, worst] = told.rank.map((rank) => words.plain(rank));
    const mattered = told.choices.map(([place, gain, low, high]) => {
      const { at, set } = this.chain[place], open = low <= 0 && high >= 0, key = gain === 0 && low === 0 && high === 0 ? "operate_none" : open ? "operate_open" : gain > 0 ? "operate_more" : "operate_less", ends = key === "operate_less" ? [-high, -low] : [low, high];
      return element("li", "", words.t("operate_choice", { day: words.number(Math.floor(at + 0.001)), choice: this.label(set), told: words.t(key, { gain: size(Math.abs(gain)), low: size(ends[0]), high: size(ends[1]), unit }) }));
    });
    this.box.className = "operate score";
    this.box.replaceChildren(element("h2", "", this.say("operate_rank", { best, middle, worst, arms: words.number(arms.length), outcome: measure.name[language] })), tabs, element("div", "score-body", "", element("section", "", "", element("h3", "", this.say("operate_means", { unit })), bars), element("section", "", "", element("h3", "", this.say("operate_mattered")), mattered.length ? element("ul", "", "", ...mattered) : element("p", "", this.say("operate_nothing")))), element("p", "small", this.say("operate_honest")), ...(measure.money ? [element("p", "small", this.say("money_note"))] : []));
  }

  translate() { ({ ask: () => this.ask(), score: () => this.show() })[this.kind]?.() ?? (this.kind.startsWith("operate_") && this.box.firstChild && this.tell(this.kind)); }

  close() { this.box.hidden = true; this.release(); this.player.stopped = null; this.player.until = Infinity; }
}

function raised(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
