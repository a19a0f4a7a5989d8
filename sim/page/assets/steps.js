// A lesson and one of its steps -> what is on the projector: at most three things at once.
import { bars, predictions } from "./bars.js";
import { amount, Dots, tell } from "./dots.js";
import { element } from "./elements.js";
import { Stage } from "./stage.js";

const text = (lesson, one, otherwise) => (one ? one[lesson.words.language] : otherwise);

// Gives { stage, raise, counted, clock, close }, each where the step has it.
export async function stepView(lesson, step) {
  const makers = { cover, observe: played, play: played, replay: played, predict, histogram, ask: voted, vote: voted, exit: voted, reveal: revealed, debrief };
  return (await makers[step.kind](lesson, step)) ?? {};
}

function heading(lesson, step) {
  return element("h2", "lesson-kind", text(lesson, step.title, lesson.words.t(`kind_${step.kind}`)));
}

function cover(lesson) {
  const { words, script } = lesson, parts = [element("p", "lesson-question", script.question[words.language]), element("p", "lesson-facts", words.t("lesson_facts", { minutes: words.number(script.minutes), runs: words.number(script.runs), worlds: words.number(script.worlds) }))];
  if (!lesson.klass) parts.push(element("p", "lesson-hint", words.t("press_enter")));
  lesson.body.replaceChildren(element("section", lesson.klass ? "cover joined" : "cover", "", element("div", "cover-text", "", ...parts), ...(lesson.klass ? [joining(lesson)] : [])));
}

// How phones come in: a code to photograph, an address to type.
function joining(lesson) {
  const { words, room } = lesson, box = element("div", "join");
  const { qr, address, code } = room.state;
  if (!qr) return box;
  const picture = element("img");
  picture.src = qr;
  picture.alt = words.t("join_alt", { address });
  box.append(picture, element("p", "join-address", address), element("p", "join-code", words.t("join_code", { code })));
  return box;
}

async function played(lesson, step) {
  const { words, script } = lesson, box = element("div", "stage");
  lesson.body.replaceChildren(element("p", "lesson-text", text(lesson, step.text, words.t(`text_${step.kind}`))), box);
  box.append(element("p", "wait", words.t("loading_story")));
  let stories;
  try { stories = await Promise.all(step.arms.map((arm) => lesson.tell(arm))); }
  catch (error) { box.replaceChildren(element("p", "wait", words.t("failed", { reason: error.message }))); return {}; }
  const stage = new Stage(stories, step.arms.map((arm) => script.arms[arm][words.language]), words, box, { ...step, time: lesson.time, changed: () => lesson.remember() });
  lesson.time = NaN;
  if (step.kind === "replay") stage.toggle(true);
  return { stage, close: () => stage.close() };
}

function clockNote(lesson) {
  const note = element("p", "vote-clock");
  note.setAttribute("role", "timer");
  return { note, clock: (left) => { note.textContent = left === null ? "" : left > 0 ? lesson.words.t("seconds_left", { seconds: lesson.words.number(Math.ceil(left)) }) : lesson.words.t("vote_closed"); } };
}

function option(lesson, number, label, raise, count) {
  const made = element("button", "option", "", element("b", "", String(number + 1)), element("span", "", label), element("output", "", count ? lesson.words.number(count) : ""));
  made.type = "button";
  made.addEventListener("click", () => raise(number, 1));
  return made;
}

function predict(lesson, step) {
  const { words, script, room } = lesson, at = lesson.step - 1, measure = script.measures[0], names = script.arms.map((arm) => arm[words.language]);
  const { note, clock } = clockNote(lesson), list = element("div", "options three"), count = element("p", "vote-count");
  const raise = async (number, by) => { if (number < 3) { await room.raise(at, number, by); counted(); } };
  const counted = () => {
    const hands = room.hand(at), phones = Object.values(room.tally(at)).reduce((sum, one) => sum + one, 0);
    list.replaceChildren(...[names[0], words.t("about_same"), names[1]].map((name, number) => option(lesson, number, name, raise, hands[number])));
    count.textContent = lesson.klass ? words.t("votes_in", { count: words.number(phones), joined: words.number(room.joined) }) : "";
  };
  const unit = measure.share ? words.t("points") : measure.unit[words.language], [low, high] = script.reveals[0].sizes.map((size) => amount(words, measure, size));
  lesson.body.replaceChildren(heading(lesson, step), element("p", "lesson-question", text(lesson, step.text, words.t("predict_question", { outcome: measure.name[words.language], days: words.number(script.days) }))), list,
    element("dl", "predict-more", "", element("dt", "", words.t("how_much")), element("dd", "", words.t("sizes", { low, high, unit })), element("dt", "", words.t("how_sure")), element("dd", "", words.t("sures"))),
    element("div", "vote-foot", "", count, note, ...(lesson.klass ? [small(lesson)] : [element("p", "lesson-hint", words.t("count_hands"))])));
  counted();
  return { raise, counted, clock };
}

// For those who come late.
function small(lesson) {
  const { qr, address, code } = lesson.room.state, box = element("aside", "join-small");
  if (!qr) return box;
  const picture = element("img");
  picture.src = qr;
  picture.alt = lesson.words.t("join_alt", { address });
  box.append(element("p", "", address), element("p", "join-code", lesson.words.t("join_code", { code })), picture);
  return box;
}

function histogram(lesson, step) {
  const { words, script, room } = lesson, at = lesson.steps.findIndex((one) => one.kind === "predict") - 1, names = script.arms.map((arm) => arm[words.language]);
  const box = element("div", "histogram"), counted = () => {
    const { columns, sure, directions, phones } = predictions(room.tally(at), room.hand(at)), same = words.t("about_same");
    const three = bars([words.t("more_with", { arm: names[0] }), same, words.t("more_with", { arm: names[1] })], directions, words);
    const seven = bars([...["lot", "clearly", "little"].map((size) => words.t(size)), "=", ...["little", "clearly", "lot"].map((size) => words.t(size))], columns, words, { groups: ["first", "first", "first", "same", "second", "second", "second"] });
    const sides = element("div", "histogram-sides", "", element("span", "", `◀ ${words.t("more_with", { arm: names[0] })}`), element("span", "", same), element("span", "", `${words.t("more_with", { arm: names[1] })} ▶`));
    box.replaceChildren(...(phones ? [seven, sides, element("p", "vote-count", words.t("sure_counts", { guess: words.number(sure[0]), rather: words.number(sure[1]), sure: words.number(sure[2]) }))] : [three]));
  };
  lesson.body.replaceChildren(heading(lesson, step), element("p", "lesson-text", text(lesson, step.text, words.t("text_histogram"))), box);
  counted();
  return { counted };
}

function voted(lesson, step) {
  const { words, room } = lesson, at = lesson.step - 1, names = step.options.map((one) => one.text[words.language]), { note, clock } = clockNote(lesson);
  const totals = () => names.map((_, number) => (room.tally(at)[String(number)] ?? 0) + (room.hand(at)[number] ?? 0));
  const ahead = () => { const counts = totals(); return counts.indexOf(Math.max(...counts)); };
  const decided = () => totals().filter((count) => count === Math.max(...totals())).length === 1; // no hands, or as many for two: nobody has chosen
  if (lesson.phase > 1) return moved(lesson, step, step.options[ahead()].arm ?? 0, names[ahead()], lesson.phase - 2, decided());
  const box = element("div"), raise = async (number, by) => { if (number < names.length && lesson.phase === 0) { await room.raise(at, number, by); counted(); } };
  const counted = () => {
    if (lesson.phase) return box.replaceChildren(bars(names, totals(), words, { won: decided() ? ahead() : -1 }));
    const list = element("div", `options ${names.length === 3 ? "three" : "two"}`, "", ...names.map((name, number) => option(lesson, number, name, raise, room.hand(at)[number])));
    const phones = Object.values(room.tally(at)).reduce((sum, one) => sum + one, 0);
    box.replaceChildren(list, element("p", "vote-count", lesson.klass ? words.t("votes_in", { count: words.number(phones), joined: words.number(room.joined) }) : words.t("count_hands")));
  };
  lesson.body.replaceChildren(heading(lesson, step), element("p", "lesson-question", text(lesson, step.text, words.t(`kind_${step.kind}`))), box, element("div", "vote-foot", "", note, ...(lesson.klass && !lesson.phase ? [small(lesson)] : [])));
  counted();
  return { raise, counted, clock: lesson.phase ? undefined : clock };
}

// What the class has chosen, in all worlds, beside the first arm; where that was chosen, beside the second.
function moved(lesson, step, arm, name, at, decided) {
  const { script, words } = lesson, arms = arm === 0 ? [0, 1] : [0, arm], box = element("div", "reveal"), measure = script.measures[at];
  lesson.body.replaceChildren(heading(lesson, step), element("p", "lesson-text", words.t(decided ? "class_chose" : "class_open", { name, outcome: measure.name[words.language] })), box, ...(measure.money ? [element("p", "small", words.t("money_note"))] : []));
  const dots = new Dots(script, script.reveals[at], measure, arms, words, box);
  dots.show({ stream: true, band: lesson.whole() });
  return { dots, close: () => dots.close(), more: () => { lesson.tell_worlds(); lesson.whole() ? lesson.show() : dots.more(script.reveals[at]); } };
}

function revealed(lesson, step) {
  const { script, words, phase } = lesson;
  if (!phase) {
    lesson.body.replaceChildren(element("section", "locked", "", element("p", "lock", words.number(script.worlds)), element("p", "lesson-question", text(lesson, step.text, words.t("text_reveal", { worlds: words.number(script.worlds) }))), element("p", "lesson-hint", words.t("press_open"))));
    return {};
  }
  const at = Math.floor((phase - 1) / 2), band = phase % 2 === 0 && lesson.whole(), measure = script.measures[at], box = element("div", "reveal");
  const title = words.t("reveal_title", { outcome: measure.name[words.language], days: words.number(script.days) });
  const parts = [element("h2", "lesson-kind", title), box];
  if (measure.money) parts.push(element("p", "small", words.t("money_note")));
  lesson.body.replaceChildren(...parts);
  const dots = new Dots(script, script.reveals[at], measure, [0, 1], words, box);
  dots.show({ stream: !band, band });
  if (band && at === 0) foreseen(lesson, box);
  if (phase % 2 === 0 && !band) box.append(element("p", "lesson-hint", words.t("bars_later")));
  return { dots, close: () => dots.close(), more: () => { lesson.tell_worlds(); phase % 2 === 0 && lesson.whole() ? lesson.show() : dots.more(script.reveals[at]); } };
}

// How many of the class had foreseen it; where nothing is decided, nobody was right or wrong.
function foreseen(lesson, box) {
  const { script, words, room } = lesson, at = lesson.steps.findIndex((one) => one.kind === "predict") - 1, told = script.reveals[0].arms[0];
  const { directions } = predictions(room.tally(at), room.hand(at)), all = directions.reduce((sum, one) => sum + one, 0);
  if (!all) return;
  const right = told.verdict.startsWith("more") ? 2 : told.verdict.startsWith("less") ? 0 : told.verdict === "same" ? 1 : -1;
  box.append(element("p", "foreseen", right < 0 ? words.t("nobody_right") : words.t("foreseen", { right: words.number(directions[right]), all: words.number(all) })));
}

function debrief(lesson, step) {
  const { script, words, phase } = lesson, list = (texts) => element("ul", "", "", ...texts.map((one) => element("li", "", one)));
  const told = lesson.whole() ? script.reveals.map((reveal, at) => tell(words, script, script.measures[at], reveal.arms[0], [0, 1])) : [words.t("bars_later")];
  const later = !script.ready && script.elsewhere_names.length > 0;
  const flips = script.elsewhere.map((reveal, at) => `${script.elsewhere_names[at][words.language]}: ${tell(words, script, script.measures[0], reveal.arms[0], [0, 1])}`);
  const part = (key, texts, from) => { const made = element("section", "debrief-part", "", element("h3", "", words.t(key)), list(texts)); made.style.visibility = phase >= from ? "" : "hidden"; return made; };
  lesson.body.replaceChildren(heading(lesson, step), ...(step.text ? [element("p", "lesson-text", text(lesson, step.text))] : []), element("div", "debrief", "",
    part("assumed", step.assumed.map((one) => one[words.language]), 0), part("emerged", [...told, ...step.emerged.map((one) => one[words.language])], 1), part("flips", later ? [words.t("bars_later")] : flips.length ? flips : [words.t("flips_none")], 2)));
  return { more: () => lesson.show() };
}
