// Address and server -> the shelf of lessons and runs, or the player with one run, or a lesson.
import { ask, chainOf, readTree } from "./branches.js";
import { element } from "./elements.js";
import { Explore } from "./explore.js";
import { Lesson } from "./lesson.js";
import { Player } from "./player.js";
import { unpack } from "./unpack.js";
import { LANGUAGES, Words } from "./words.js";

const page = document.getElementById("page");
const asked = new URLSearchParams(location.hash.slice(1));
const run = asked.get("run");
// The story of a run takes longest: it is asked for first.
const own = run && { programme: Number(asked.get("programme") ?? 0), group: Number(asked.get("group") ?? 0) };
const early = run && !Number(asked.get("node")) && !Number(asked.get("world")) ? fetch(`/story/${encodeURIComponent(run)}/${own.programme}/${own.group}`) : null;
const catalogues = await (await fetch("/words")).json();
const asks = catalogues.asks;
const words = new Words(catalogues, asked.get("lang"));
let theme = asked.get("theme") === "dark" ? "dark" : "light";
const lesson = asked.get("lesson"), arm = asked.get("arm");
addEventListener("hashchange", () => { if (!window.player && !window.lesson && !window.explore) location.reload(); });

if (asks && asked.get("explore") !== null) window.explore = new Explore(catalogues, await (await fetch("/whatif/choices")).json(), page);
else if (run) show({ run, ...own }, { run }, () => early);
else if (lesson) teach(lesson);
else shelve(await (await fetch("/runs")).json(), await (await fetch("/lessons")).json());

async function teach(name) {
  const whole = (key) => Math.max(0, Math.floor(Number(asked.get(key))) || 0), path = `/lesson/${encodeURIComponent(name)}`;
  const tell = async (number) => {
    const answer = await fetch(`${path}/${number}`);
    if (!answer.ok) throw new Error(await answer.text());
    return unpack(await answer.arrayBuffer());
  };
  const answer = await fetch(path);
  if (!answer.ok) return page.replaceChildren(element("p", "wait", words.t("failed", { reason: await answer.text() })));
  const { script, klass } = await answer.json();
  const learn = async (done) => {
    const more = await fetch(`${path}/worlds/${done}`, { signal: AbortSignal.timeout?.(4000) });
    if (more.status === 204) return null;
    if (!more.ok) throw Object.assign(new Error(await more.text()), { refused: true });
    return more.json();
  };
  if (arm === null) window.lesson = new Lesson(script, tell, catalogues, page, { klass, back: true, learn: script.ready ? null : learn });
  else show({ lesson: name, step: whole("step"), phase: whole("phase"), arm: whole("arm") }, { lesson: name, arm: whole("arm") }, () => fetch(`${path}/${whole("arm")}`));
}

// The player with a story: of a run as it is or of a branch in one of its worlds, which the address names.
async function show(kept, about, asItIs) {
  document.documentElement.lang = words.language;
  page.replaceChildren(element("p", "wait", words.t("loading")));
  const nodes = readTree(asked.get("tree")), whole = (key) => Math.max(0, Math.floor(Number(asked.get(key))) || 0), node = Math.min(whole("node"), nodes.length), world = whole("world");
  const more = asked.get("node") === null ? {} : { ...(nodes.length && { tree: asked.get("tree") }), node, world };
  try {
    const own = { programme: kept.programme ?? 0, group: kept.group ?? 0 };
    const answer = node || world ? await ask("/whatif/story", { ...about, ...own, chain: chainOf(nodes, node), world }) : await asItIs();
    if (!answer.ok) throw new Error(await answer.text());
    window.player = new Player(await unpack(await answer.arrayBuffer()), catalogues, page, { ...kept, ...more }, asks);
  } catch (error) { page.replaceChildren(element("p", "wait", words.t("failed", { reason: error.message }))); }
}

function shelve(runs, lessons) {
  document.body.className = "shelf";
  document.title = `groupalive: ${words.t("shelf")}`;
  document.documentElement.lang = { zh: "zh-CN" }[words.language] ?? words.language;
  document.documentElement.dataset.theme = theme;
  const dark = element("button", "tongue", "◐");
  dark.type = "button";
  dark.title = dark.ariaLabel = words.t("theme");
  dark.addEventListener("click", () => { theme = theme === "dark" ? "light" : "dark"; anew(); });
  const anew = () => { history.replaceState(null, "", `#lang=${words.language}&theme=${theme}`); shelve(runs, lessons); };
  const tongues = LANGUAGES.map((language) => {
    const made = element("button", "tongue", { zh: "中文", en: "English", es: "Español" }[language]);
    made.type = "button";
    made.lang = language;
    made.setAttribute("aria-pressed", String(language === words.language));
    made.addEventListener("click", () => { words.use(language); anew(); });
    return made;
  });
  const head = element("tr");
  for (const [name, side] of [["shelf_run", ""], ["shelf_seed", "n seed"], ["shelf_days", "n"], ["shelf_events", "n events"]]) head.append(element("th", side, words.t(name)));
  const rows = runs.map((one) => {
    const link = element("a", "", words.t("title", { scenario: one.scenario[words.language], strategy: one.strategy[words.language] }));
    link.href = `#run=${one.key}&lang=${words.language}&theme=${theme}`;
    const cell = element("td", "", "", link, ...(one.changes ? [element("div", "grown", words.t("tree_node", { day: words.plain(one.at), changes: one.changes[words.language] }))] : []), element("div", "small", one.name));
    cell.style.paddingLeft = `${12 + 26 * Math.min(one.deep, 6)}px`;
    return element("tr", one.deep ? "child" : "", "", cell, element("td", "n seed", String(one.seed)), element("td", "n", words.number(one.days)), element("td", "n events", words.number(one.events)));
  });
  const taught = lessons.map((one) => {
    const link = element("a", "", one.title[words.language]);
    link.href = `#lesson=${encodeURIComponent(one.name)}&lang=${words.language}&theme=${theme}`;
    return element("tr", "", "", element("td", "", "", link, element("div", "small", one.question[words.language])), element("td", "n", words.t("minutes", { minutes: words.number(one.minutes) })));
  });
  const explore = element("a", "explore-link", words.t("explore_link"));
  explore.href = `#explore=&lang=${words.language}&theme=${theme}`;
  explore.hidden = !asks;
  page.style.display = "block";
  page.replaceChildren(element("header", "", "", element("h1", "", words.t(lessons.length ? "lessons" : "shelf")), explore, dark, ...tongues), ...(taught.length ? [element("table", "", "", element("tbody", "", "", ...taught))] : []), ...(taught.length ? [element("h2", "", words.t("shelf"))] : []), runs.length ? element("table", "", "", element("thead", "", "", head), element("tbody", "", "", ...rows)) : element("p", "", words.t("shelf_none")));
}
