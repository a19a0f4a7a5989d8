// Worlds of two arms -> dots that come in one by one, an arm a row; then the difference as two bars and a sentence.
import { canvas, colours, element } from "./elements.js";

const BINS = 34;
const STREAM = 3000; // ms until all dots are there
const LARGEST = 11, SMALLEST = 3, PITCH = 2.1; // radii of a dot in px, and from one dot to the next in radii
const TICKS = 8; // round values on the axis at most
const LABEL = 34; // px for the name of a row

export class Dots {
  // arms: the two that are compared, the first one of them the yardstick; median: which dot is the story that was played.
  // counted: the words below the dots.
  constructor(script, reveal, measure, arms, words, box, counted = "worlds_count") {
    Object.assign(this, { script, reveal, measure, arms, words, counted });
    this.told = reveal.arms.find((one) => one.arm === arms[1]);
    this.node = element("canvas", "dots");
    this.node.setAttribute("role", "img");
    this.sentence = element("p", "verdict");
    this.sentence.setAttribute("role", "status");
    this.count = element("p", "small");
    this.bars = element("canvas", "bars");
    this.bars.setAttribute("role", "img");
    this.other = [element("span", "unknown"), element("span", "", words.t("bar_world"))];
    this.legend = element("p", "bars-legend", "", element("span", "mean"), element("span", "", words.t("dots_mean")), element("span", "luck"), element("span", "", words.t("bar_mean")), ...this.other, element("span", "little"), element("span", "", words.t("bar_little")));
    this.band = element("div", "band", "", this.sentence, this.bars, this.legend);
    box.replaceChildren(this.node, this.count, this.band);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.size = new ResizeObserver(() => this.begun !== undefined && this.draw());
    this.size.observe(this.node);
  }

  name(arm) { return this.script.arms[arm][this.words.language]; }

  // stream: dots come in one after the other; band: the difference is told too.
  show({ stream, band }) {
    this.begun = stream && !this.calm ? performance.now() : -Infinity;
    this.band.hidden = !band;
    for (const one of this.other) one.hidden = this.told?.unknown_low == null;
    if (band) this.sentence.textContent = tell(this.words, this.script, this.measure, this.told, this.arms);
    this.tick();
  }

  tick() {
    this.draw();
    if (this.shown < this.reveal.dots[0].length) this.frame = requestAnimationFrame(() => this.tick());
  }

  worlds() { return this.script.worlds; }

  // Worlds that came to be known meanwhile: they come in after those that are there.
  more(reveal) {
    this.reveal = reveal;
    this.told = reveal.arms.find((one) => one.arm === this.arms[1]);
    cancelAnimationFrame(this.frame);
    this.tick();
  }

  draw() {
    const { words, reveal, arms } = this, colour = colours(), { pen, width, height } = canvas(this.node);
    const rows = arms.map((arm) => reveal.dots[arm]), all = rows.flat().filter((value) => value !== null);
    const total = this.worlds();
    const known = this.reveal.dots[0].length;
    this.shown = Math.min(known, Math.floor((total * (performance.now() - this.begun)) / STREAM));
    if (!Number.isFinite(this.begun)) this.shown = known;
    if (!known) { this.count.textContent = words.t("worlds_so_far", { done: words.number(0), worlds: words.number(total) }); return; }
    const lowest = Math.min(...all, ...(this.measure.money ? [] : [0])), highest = Math.max(...all, lowest + 1e-9);
    const left = 20, right = width - 20, base = height - 42, tall = (base - 8) / rows.length;
    const across = (value) => left + 16 + ((value - lowest) / (highest - lowest)) * (right - left - 32);
    const step = (right - left - 32) / (BINS - 1), bin_of = (value) => (value === null ? null : Math.round(((value - lowest) / (highest - lowest)) * (BINS - 1)));
    const { radius, abreast } = fit(Math.max(1, ...rows.map((values) => fullest(values.map(bin_of)))), step, tall - LABEL);
    pen.font = `600 ${Math.round(Math.max(17, width / 58))}px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "top";
    this.places = [];
    for (const [row, values] of rows.entries()) {
      const floor = base - (rows.length - 1 - row) * tall, stacks = new Map();
      pen.fillStyle = colour("ink");
      pen.fillText(this.name(arms[row]), left, floor - tall + 6);
      pen.strokeStyle = colour("faint");
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(left, floor);
      pen.lineTo(right, floor);
      pen.stroke();
      const places = values.slice(0, this.shown).map(bin_of), pitch = PITCH * radius;
      let told = null;
      for (const [world, bin] of places.entries()) {
        if (bin === null) continue;
        const before = stacks.get(bin) ?? 0, story = world === this.script.story;
        const x = across(lowest + (bin / (BINS - 1)) * (highest - lowest)) + ((before % abreast) - (abreast - 1) / 2) * pitch, y = floor - radius - 2 - Math.floor(before / abreast) * pitch;
        stacks.set(bin, before + 1);
        pen.beginPath();
        pen.arc(x, y, radius, 0, 2 * Math.PI);
        pen.fillStyle = colour(row ? "talking" : "reading");
        pen.fill();
        this.places.push([x, y, radius, world]);
        if (story) told = [x, y];
      }
      if (told) { // last, so that no dot above it hides the ring
        pen.beginPath();
        pen.arc(...told, radius, 0, 2 * Math.PI);
        pen.lineWidth = 3.5;
        pen.strokeStyle = colour("ink");
        pen.stroke();
      }
      if (!this.band.hidden) {
        const known = values.filter((value) => value !== null), mean = known.reduce((sum, value) => sum + value, 0) / known.length;
        pen.strokeStyle = colour("ink");
        pen.lineWidth = 3;
        pen.beginPath();
        pen.moveTo(across(mean), floor);
        pen.lineTo(across(mean), floor - tall + 36);
        pen.stroke();
      }
    }
    pen.fillStyle = colour("soft");
    pen.font = `${Math.round(Math.max(15, width / 75))}px ${getComputedStyle(document.body).fontFamily}`;
    const ticks = steps(lowest, highest);
    // From the right, where the unit stands: a number that would touch the one beside it is left out.
    let free = Infinity;
    for (const value of [...ticks].reverse()) {
      const unit = value === ticks.at(-1) ? ` ${this.measure.unit[words.language]}` : "", label = `${amount(words, this.measure, value)}${unit}`, wide = pen.measureText(label).width;
      const x = across(value), middle = Math.min(x, right + 12 - wide / 2);
      pen.fillRect(x - 0.75, base, 1.5, 6);
      if (middle + wide / 2 + 10 > free) continue;
      free = middle - wide / 2;
      pen.fillText(label, free, base + 10);
    }
    pen.textAlign = "left";
    const pairs = rows[0].map((value, at) => [value, rows[1]?.[at]]).slice(0, this.shown);
    this.count.textContent = words.t(this.counted, { shown: words.number(this.shown), worlds: words.number(total), more: words.number(pairs.filter(([a, b]) => b > a).length), arm: this.name(arms[1]) });
    this.node.setAttribute("aria-label", this.count.textContent);
    if (!this.band.hidden && this.told) this.drawBars(colour);
  }

  // The dark bar is the mean over plausible worlds (95 %), the pale one where one more world may lie (90 %); nothing in the grey matters.
  drawBars(colour) {
    const { pen, width, height } = canvas(this.bars), { told, words } = this;
    const ends = [told.low, told.high, told.unknown_low, told.unknown_high, -this.reveal.effect, this.reveal.effect, told.difference].filter((one) => one !== null && Number.isFinite(one));
    const reach = Math.max(...ends.map(Math.abs)) * 1.12, across = (value) => width / 2 + (value / reach) * (width / 2 - 16), middle = (height - 26) / 2;
    const bar = (low, high, thick, name) => { if (low === null || high === null) return; pen.fillStyle = colour(name); pen.fillRect(across(low), middle - thick / 2, Math.max(across(high) - across(low), 3), thick); };
    pen.fillStyle = colour("shade");
    pen.fillRect(across(-this.reveal.effect), 0, across(this.reveal.effect) - across(-this.reveal.effect), height - 26);
    bar(told.unknown_low, told.unknown_high, 26, "guess");
    bar(told.low, told.high, 14, "reading");
    pen.fillStyle = colour("ink");
    pen.fillRect(width / 2 - 1, 0, 2, height - 26);
    pen.beginPath();
    pen.arc(across(told.difference), middle, 8, 0, 2 * Math.PI);
    pen.fill();
    pen.font = `16px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "bottom";
    pen.fillStyle = colour("soft");
    pen.fillText(`◀ ${words.t("more_with", { arm: this.name(this.arms[0]) })}`, 4, height - 2);
    pen.textAlign = "center";
    pen.fillText("0", width / 2, height - 2);
    pen.textAlign = "right";
    pen.fillText(`${words.t("more_with", { arm: this.name(this.arms[1]) })} ▶`, width - 4, height - 2);
    pen.textAlign = "left";
    this.bars.setAttribute("aria-label", this.sentence.textContent);
  }

  // The world whose dot is at a place of the canvas, null where there is none.
  at(x, y) {
    const near = this.places.map(([left, top, radius, world]) => [Math.hypot(left - x, top - y) / radius, world]).sort((a, b) => a[0] - b[0])[0];
    return near && near[0] < 1.6 ? near[1] : null;
  }

  close() { cancelAnimationFrame(this.frame); this.size.disconnect(); }
}

// The largest dots of which so many stand in a place of that width and height, some abreast where one column would be too tall.
function fit(most, wide, high) {
  for (let radius = LARGEST; ; radius -= 0.5) {
    const abreast = Math.max(1, Math.floor(wide / (PITCH * radius)));
    if (radius <= SMALLEST || Math.ceil(most / abreast) * PITCH * radius + 2 <= high) return { radius, abreast: Math.min(abreast, most) };
  }
}

// How many dots the fullest bin holds.
function fullest(bins) {
  const counts = Array(BINS).fill(0);
  for (const bin of bins) if (bin !== null) counts[bin]++;
  return Math.max(...counts);
}

// Round values within a span, four to eight of them.
function steps(low, high) {
  const rough = (high - low) / TICKS, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find((one) => one * power >= rough) * power, found = [];
  for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at++) found.push(at * step);
  return found;
}

// A value in the form its outcome is read in.
export function amount(words, measure, value) {
  if (measure.share) return words.number(100 * value);
  return Math.abs(value) < 10 && !Number.isInteger(value) ? `${value < 0 ? "−" : ""}${words.hours(Math.abs(value))}` : words.number(value);
}

// What came out, in a sentence; what is open is said to be open.
export function tell(words, script, measure, told, arms) {
  const language = words.language, size = (value) => amount(words, measure, value), unit = measure.share ? words.t("points") : measure.unit[language];
  const name = (arm) => script.arms[arm][language], values = { first: name(arms[0]), second: name(arms[1]), outcome: measure.name[language], unit };
  if (!told || told.low === null || told.verdict === "open") return words.t("v_open", { ...values, low: told?.low == null ? "?" : size(told.low), high: told?.high == null ? "?" : size(told.high) });
  if (told.verdict === "same") return words.t("v_same", { ...values, low: size(told.low), high: size(told.high) });
  const down = told.verdict.startsWith("less"), ends = down ? [-told.high, -told.low] : [told.low, told.high];
  return words.t(told.verdict.endsWith("_open") ? "v_more_open" : "v_more", {
    ...values, more: down ? values.first : values.second, less: down ? values.second : values.first,
    difference: size(Math.abs(told.difference)), low: size(ends[0]), high: size(ends[1]),
  });
}
