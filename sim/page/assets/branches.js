// The tree of branches in an address -> its nodes, and the chain of changes that leads to each. Node 0 is the run itself.

// parent@day:key=value;key=value, one node after the other with ~ between them; numbers and names only.
export function readTree(text) {
  const nodes = [];
  for (const part of (text ?? "").split("~").filter(Boolean)) {
    const found = /^(\d{1,2})@([\d.]{1,12}):(.{1,600})$/.exec(part);
    if (!found || Number(found[1]) > nodes.length) break;
    const set = {};
    for (const pair of found[3].split(";")) {
      const at = pair.lastIndexOf("="), value = pair.slice(at + 1);
      if (at > 0) set[pair.slice(0, at)] = value !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
    }
    nodes.push({ parent: Number(found[1]), at: Number(found[2]), set });
  }
  return nodes;
}

export function writeTree(nodes) {
  return nodes.map(({ parent, at, set }) => `${parent}@${Number(at.toFixed(4))}:${Object.entries(set).map(([key, value]) => `${key}=${value}`).join(";")}`).join("~");
}

export function chainOf(nodes, node) {
  const chain = [];
  for (let at = node; at > 0; at = nodes[at - 1].parent) chain.unshift({ at: nodes[at - 1].at, set: nodes[at - 1].set });
  return chain;
}

// Without a node and all that grew from it; gives the nodes and the new number of each old one.
export function withoutNode(nodes, gone) {
  const kept = [], number = { 0: 0 };
  nodes.forEach((one, place) => {
    if (place + 1 === gone || !(one.parent in number)) return;
    number[place + 1] = kept.push({ ...one, parent: number[one.parent] });
  });
  return { kept, number };
}

// A question of the page; what was refused is told in a line.
export async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}
