// A lesson -> sheets of paper: the trainer's notes with what came out, or four cards for predictions without phones on an A4 page.
import { amount, tell } from "./dots.js";
import { element } from "./elements.js";

export function printSheets(lesson, what) {
  lesson.sheet.className = `paper ${what}`;
  lesson.sheet.replaceChildren(...(what === "cards" ? cards(lesson) : notes(lesson)));
}

function cards({ script, words }) {
  const language = words.language, measure = script.measures[0], names = script.arms.map((arm) => arm[language]);
  const [low, high] = script.reveals[0].sizes.map((size) => amount(words, measure, size)), unit = measure.share ? words.t("points") : measure.unit[language];
  const boxes = (texts) => element("ul", "", "", ...texts.map((one) => element("li", "", one)));
  return Array.from({ length: 4 }, () => element("article", "", "", element("h2", "", script.title[language]), element("p", "", script.question[language]),
    element("h3", "", words.t("predict_question", { outcome: measure.name[language], days: words.number(script.days) })), boxes([names[0], words.t("about_same"), names[1]]),
    element("h3", "", words.t("how_much")), boxes(words.t("sizes", { low, high, unit }).split(" · ")), element("h3", "", words.t("how_sure")), boxes(words.t("sures").split(" · ")), element("p", "small", words.t("card_note"))));
}

function notes({ script, words }) {
  const language = words.language, say = words.t.bind(words);
  let begun = 0;
  const rows = script.steps.map((step) => {
    const from = begun;
    begun += step.minutes;
    const told = element("td", "", "", element("p", "", step.text?.[language] ?? ""));
    if (step.options) told.append(element("p", "", step.options.map((one, at) => `${at + 1} ${one.text[language]}`).join(" · ")));
    for (const key of ["assumed", "emerged"]) if (step[key]) told.append(element("p", "", `${say(key)}: ${words.sentences(...step[key].map((one) => one[language]))}`));
    if (step.notes) told.append(element("p", "trainer", step.notes[language]));
    if (["predict", "reveal", "vote", "debrief"].includes(step.kind)) told.append(element("p", "trainer", say(`trainer_${step.kind}`)));
    return element("tr", "", "", element("td", "n", `${words.hours(from)}`), element("th", "", step.title?.[language] ?? say(`kind_${step.kind}`)), told);
  });
  const found = !script.reveals[0].arms.length ? [element("li", "", say("bars_later"))] : script.reveals.flatMap((reveal, at) => reveal.arms.map((one) => element("li", "", tell(words, script, script.measures[at], one, [0, one.arm]))));
  const flips = script.elsewhere.map((reveal, at) => element("li", "", `${script.elsewhere_names[at][language]}: ${tell(words, script, script.measures[0], reveal.arms[0], [0, 1])}`));
  return [element("h1", "", script.title[language]), element("p", "", script.question[language]), element("p", "small", say("lesson_facts", { minutes: words.number(script.minutes), runs: words.number(script.runs), worlds: words.number(script.worlds) })), element("p", "small", words.sentences(say("inside"), say("money_note"))),
    element("h2", "", say("notes_steps")), element("table", "", "", element("tbody", "", "", ...rows)), element("h2", "", say("notes_found")), element("ul", "", "", ...found), ...(flips.length ? [element("h2", "", say("flips")), element("ul", "", "", ...flips)] : [])];
}
