// Daily numbers and a moment -> one curve, over the days that are over by then.
import { colours } from "./elements.js";
import { DAY } from "./fold.js";

export class Curve {
  constructor(story, words, box) {
    Object.assign(this, { story, words, box });
    this.days = story.daily.posters.map((_, day) => day);
    this.highest = Math.max(5, ...story.daily.posters);
  }

  // Anew, in the colours, the size and the language of now.
  build() {
    const colour = colours(), axis = { stroke: colour("ink"), font: "14px system-ui, sans-serif", grid: { stroke: colour("tie"), width: 1 }, ticks: { stroke: colour("tie"), width: 1 } };
    this.chart?.destroy();
    this.shown = undefined;
    this.chart = new uPlot({
      width: Math.max(this.box.clientWidth, 100), height: Math.max(this.box.clientHeight, 60),
      legend: { show: false }, cursor: { show: false }, select: { show: false },
      scales: { x: { time: false, range: [0, this.days.length] }, y: { range: [0, this.highest * 1.08] } },
      axes: [{ ...axis, size: 34, values: (_, ticks) => ticks.map((tick) => (tick ? this.words.number(tick) : this.words.t("day", { day: this.words.number(0) }))) }, { ...axis, size: 44, space: 34, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? this.words.number(tick) : "")) }],
      series: [{}, { stroke: colour("talking"), width: 2.5, points: { show: false } }],
    }, [this.days, this.days.map(() => null)], this.box);
  }

  draw(time) {
    const day = Math.min(Math.floor(time / DAY), this.days.length - 1), whole = time >= this.story.end, key = `${day} ${whole}`;
    if (!this.chart || key === this.shown) return;
    this.shown = key;
    this.chart.setData([this.days, this.story.daily.posters.map((count, at) => (at < day || whole ? count : null))]);
  }
}
