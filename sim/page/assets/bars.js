// Counts of a class -> bars with names and numbers, as elements: they are read aloud, and print.
import { element } from "./elements.js";

export function bars(names, counts, words, { won = -1, groups = [] } = {}) {
  const most = Math.max(1, ...counts);
  const list = element("ol", `bars-list of${names.length}`);
  for (const [at, name] of names.entries()) {
    const fill = element("i", groups[at] ?? "");
    fill.style.height = `${(100 * counts[at]) / most}%`;
    list.append(element("li", at === won ? "won" : "", "", element("b", "", words.number(counts[at])), element("div", "column", "", fill), element("span", "", name)));
  }
  return list;
}

// Ballots of a prediction, keyed direction.size.sure -> seven columns from one arm to the other, and how sure people were.
export function predictions(tally, hands) {
  const columns = Array(7).fill(0), sure = [0, 0, 0], directions = [...hands, 0, 0, 0].slice(0, 3);
  for (const [key, count] of Object.entries(tally)) {
    const [direction, size, certain] = key.split(".").map(Number);
    columns[direction === 1 ? 3 : direction === 0 ? 2 - size : 4 + size] += count;
    sure[certain] += count;
    directions[direction] += count;
  }
  return { columns, sure, directions, phones: sure.reduce((sum, count) => sum + count, 0) };
}
