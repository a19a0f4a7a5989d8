// State at a moment -> the group as dots on its acquaintances: form and colour tell who talks, reads, is muted, gone, has bought.
import { canvas, colours, element } from "./elements.js";
import { DAY, HOUR } from "./fold.js";

const LATELY = 6 * HOUR;
export const LOOKS = ["talking", "reading", "quiet", "mute", "gone", "bought"];

// What a person shows at a moment. A purchase is a ring around whatever else it is.
export function look(now, person, time) {
  if (!now.present[person]) return now.gone[person] ? "gone" : "";
  if (now.talked[person] > time - LATELY) return "talking";
  if (now.mute[person]) return "mute";
  return now.checked[person] > time - LATELY ? "reading" : "quiet";
}

export class Graph {
  constructor(story, fold, words, box) {
    Object.assign(this, { story, fold, words });
    this.node = element("canvas");
    this.node.setAttribute("role", "img");
    this.legend = element("ul", "legend");
    box.append(this.node, this.legend);
  }

  translate() {
    this.node.setAttribute("aria-label", this.words.t("people"));
    this.legend.replaceChildren(...LOOKS.map((name) => {
      const key = element("canvas", "key");
      key.ariaHidden = "true";
      return element("li", "", "", key, element("span", "", this.words.t(name)));
    }));
    this.keyed = false;
  }

  draw(time) {
    const { people, x, y, ties } = this.story.graph, { now } = this.fold, colour = colours();
    const { pen, width, height } = canvas(this.node);
    if (!this.keyed) {
      for (const [place, name] of LOOKS.entries()) {
        const { pen: small } = canvas(this.legend.children[place].firstChild);
        dot(small, colour, name === "bought" ? "quiet" : name, 9, 9, 5, name === "bought");
      }
      this.keyed = true;
    }
    const across = (value) => 12 + (value / 1000) * (width - 24), down = (value) => 12 + (value / 1000) * (height - 24);
    pen.strokeStyle = colour("link");
    pen.lineWidth = 1;
    pen.beginPath();
    for (let i = 0; i < ties.length; i += 2) {
      const a = ties[i], b = ties[i + 1];
      if (!now.present[people[a]] || !now.present[people[b]]) continue;
      pen.moveTo(across(x[a]), down(y[a]));
      pen.lineTo(across(x[b]), down(y[b]));
    }
    pen.stroke();
    const radius = Math.max(3, Math.min(9, Math.sqrt((width * height) / Math.max(people.length, 1)) / 5.5));
    for (let i = 0; i < people.length; i++) {
      const name = look(now, people[i], time);
      if (name) dot(pen, colour, name, across(x[i]), down(y[i]), radius, now.present[people[i]] && now.bought[people[i]] > time - DAY);
    }
  }
}

function dot(pen, colour, name, x, y, radius, bought) {
  const size = { talking: radius * 1.25, gone: radius * 0.45 }[name] ?? radius * 0.85;
  pen.beginPath();
  pen.arc(x, y, size, 0, 2 * Math.PI);
  if (name === "talking" || name === "reading") {
    pen.fillStyle = colour(name);
    pen.fill();
  } else {
    pen.fillStyle = colour("panel");
    pen.strokeStyle = colour(name === "gone" ? "faint" : "quiet");
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }
  if (name === "mute") {
    pen.beginPath();
    pen.moveTo(x - size, y + size);
    pen.lineTo(x + size, y - size);
    pen.strokeStyle = colour("ink");
    pen.stroke();
  }
  if (bought) {
    pen.strokeStyle = colour("bought");
    pen.lineWidth = 2.5;
    pen.strokeRect(x - size - 2.5, y - size - 2.5, 2 * size + 5, 2 * size + 5);
  }
}
