// The tree of branches below the timeline: the run first, each branch from its day on, the one that is played marked.
import { element } from "./elements.js";
import { DAY } from "./fold.js";

export class Tree {
  constructor(player, box) {
    Object.assign(this, { player, node: element("nav", "tree") });
    box.append(this.node);
  }

  // In the order in which the tree is read: a branch below its parent.
  order(parent = 0, depth = 0) {
    return this.player.nodes.flatMap((one, place) => (one.parent === parent ? [[place + 1, depth], ...this.order(place + 1, depth + 1)] : []));
  }

  translate() {
    const { player } = this, { words, nodes, story } = player, say = words.t.bind(words);
    this.node.hidden = !nodes.length;
    this.node.ariaLabel = say("tree");
    const row = (number, name, at) => {
      const line = element("div", "twig"), made = element("button", "", name);
      made.type = "button";
      made.title = name;
      made.setAttribute("aria-current", String(number === player.node));
      made.addEventListener("click", () => player.visit(number));
      line.style.marginLeft = `${(100 * Math.min(at * DAY, story.end)) / story.end}%`;
      line.append(element("i"), made);
      if (number) {
        const gone = element("button", "gone", "✕");
        gone.type = "button";
        gone.title = gone.ariaLabel = say("tree_cut", { name });
        gone.addEventListener("click", () => player.cut(number));
        line.append(gone);
      }
      return line;
    };
    this.node.replaceChildren(row(0, say("tree_root"), 0), ...this.order().map(([number]) => row(number, this.name(nodes[number - 1]), nodes[number - 1].at)));
  }

  // What a branch changes, in words; what has no name goes by its key.
  name({ at, set }) {
    const { words, asks } = this.player, { keys = {}, values = {} } = asks?.names[words.language] ?? {};
    const told = Object.entries(set).map(([key, value]) => `${keys[key] ?? key}: ${typeof value === "number" ? words.plain(value) : (values[value] ?? value)}`);
    return words.t("tree_node", { day: words.plain(Math.round(at * 10) / 10), changes: told.join(" · ") });
  }
}
