// Address and server -> the shelf of runs, or the player with one of them.
import { element } from "./elements.js";
import { Player } from "./player.js";
import { unpack } from "./unpack.js";
import { LANGUAGES, Words } from "./words.js";

const page = document.getElementById("page");
const asked = new URLSearchParams(location.hash.slice(1));
const catalogues = await (await fetch("/words")).json();
const words = new Words(catalogues, asked.get("lang") ?? navigator.language.slice(0, 2));
const run = asked.get("run");
addEventListener("hashchange", () => { if (!window.player) location.reload(); });

if (run) play(run, Number(asked.get("programme") ?? 0), Number(asked.get("group") ?? 0));
else shelve(await (await fetch("/runs")).json());

async function play(key, programme, group) {
  document.documentElement.lang = words.language;
  page.replaceChildren(element("p", "wait", words.t("loading")));
  const answer = await fetch(`/story/${encodeURIComponent(key)}/${programme}/${group}`);
  if (!answer.ok) return page.replaceChildren(element("p", "wait", words.t("failed", { reason: await answer.text() })));
  const story = await unpack(await answer.arrayBuffer());
  window.player = new Player(story, catalogues, page, { run: key, programme, group });
}

function shelve(runs) {
  document.body.className = "shelf";
  document.title = `groupalive: ${words.t("shelf")}`;
  document.documentElement.lang = words.language;
  const tongues = LANGUAGES.map((language) => {
    const made = element("button", "tongue", { zh: "中文", en: "English", es: "Español" }[language]);
    made.type = "button";
    made.lang = language;
    made.setAttribute("aria-pressed", String(language === words.language));
    made.addEventListener("click", () => { words.use(language); history.replaceState(null, "", `#lang=${language}`); shelve(runs); });
    return made;
  });
  const head = element("tr");
  for (const [name, side] of [["shelf_run", ""], ["shelf_seed", "n"], ["shelf_days", "n"], ["shelf_events", "n"]]) head.append(element("th", side, words.t(name)));
  const rows = runs.map((one) => {
    const link = element("a", "", words.t("title", { scenario: one.scenario[words.language], strategy: one.strategy[words.language] }));
    link.href = `#run=${one.key}&lang=${words.language}`;
    const cell = element("td", "", "", link, element("div", "small", one.name));
    return element("tr", "", "", cell, element("td", "n", String(one.seed)), element("td", "n", words.number(one.days)), element("td", "n", words.number(one.events)));
  });
  page.style.display = "block";
  page.replaceChildren(element("header", "", "", element("h1", "", words.t("shelf")), ...tongues), runs.length ? element("table", "", "", element("thead", "", "", head), element("tbody", "", "", ...rows)) : element("p", "", words.t("shelf_none")));
}
