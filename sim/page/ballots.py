"""A class -> the pages of its phones: plain forms that work without scripts, one question at a time, every text escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sim.page.classroom import ClassError, Classroom
from sim.page.parts import catalogues
from sim.report.language import LANGUAGES

#: Bytes of a form; a ballot takes some fifty.
MOST_FORM: Final = 1_000
#: The middle one of the three ways of a prediction.
ABOUT_SAME: Final = "1"
#: A step, or the number of a posed question, as a form brings it.
STEP: Final = re.compile(r"-?[0-9]{1,3}")
#: Seconds that a phone keeps its place: a day in class with the screen off.
KEEPS: Final = 12 * 3600
_TONGUES: Final = {"zh": "中文", "en": "English", "es": "Español"}


def ballot_routes(classroom: Classroom) -> list[Route]:
    """Routes below /join. They know the class and nothing of runs, files or the trainer's controls."""

    def who(request: Request) -> str | None:
        key = request.cookies.get(classroom.cookie, "")
        return key if key in classroom.people else None

    def language(request: Request) -> str:
        key, asked = who(request), request.query_params.get("lang", "")
        if asked in LANGUAGES:
            if key:
                classroom.people[key].language = asked
            return asked
        return classroom.people[key].language if key else preferred(request.headers.get("accept-language", ""))

    async def page(request: Request) -> Response:
        tongue = language(request)
        if (key := who(request)) is None:
            return HTMLResponse(door_page(classroom, tongue, request.query_params.get("code", "")[:8]))
        return HTMLResponse(ballot_page(classroom, key, tongue))

    async def join(request: Request) -> Response:
        form, tongue = await read_form(request), language(request)
        if form is None:
            return PlainTextResponse("too long", 413)
        if who(request) is None:
            address = request.client.host if request.client else ""
            tongue = form["lang"] if form.get("lang") in LANGUAGES else tongue
            try:
                key = classroom.join(form.get("code", ""), address, tongue)
            except ClassError as error:
                return HTMLResponse(door_page(classroom, tongue, "", str(error)), 403)
            answer = RedirectResponse("/join", 303)
            answer.set_cookie(classroom.cookie, key, max_age=KEEPS, path="/join", httponly=True, samesite="lax")
            return answer
        return RedirectResponse("/join", 303)

    async def vote(request: Request) -> Response:
        form, key = await read_form(request), who(request)
        if form is None:
            return PlainTextResponse("too long", 413)
        if key is None:
            return RedirectResponse("/join", 303)
        if form.get("way") == ABOUT_SAME:
            form["size"] = "0"  # how much more is then no question
        choice = form.get("choice") or ".".join(form.get(name, "") for name in ("way", "size", "sure"))
        step = form.get("step", "")
        try:
            classroom.vote(key, int(step) if STEP.fullmatch(step) else -1, choice)
        except ClassError as error:
            return HTMLResponse(ballot_page(classroom, key, language(request), str(error), choice), 409)
        return RedirectResponse("/join", 303)

    async def state(request: Request) -> Response:
        return JSONResponse({"mark": classroom.mark() if who(request) else "out"})

    return [
        Route("/join", page),
        Route("/join", join, methods=["POST"]),
        Route("/join/vote", vote, methods=["POST"]),
        Route("/join/state", state),
    ]


def preferred(header: str) -> str:
    """The first known language of an Accept-Language header, else English."""
    for part in header[:200].split(","):
        if (tongue := part.strip()[:2].lower()) in LANGUAGES:
            return tongue
    return "en"


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form, the first value of each; None where it is longer than MOST_FORM."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20, keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def door_page(classroom: Classroom, tongue: str, code: str, problem: str = "") -> str:
    """Where a phone comes in."""
    say = _words(tongue)
    given = html.escape(code, quote=True)
    body = (
        _problem(say, problem) + f'<form method="post" action="/join"><input type="hidden" name="lang" value="{tongue}">'
        f'<label>{say["join_field"]}<input name="code" value="{given}" maxlength="8" autocomplete="off" autocapitalize="characters" '
        f'required></label><button class="choice">{say["join_button"]}</button></form>'
    )
    return _page(say, tongue, say["join_title"], body, "out", waits=False)


def ballot_page(classroom: Classroom, key: str, tongue: str, problem: str = "", draft: str = "") -> str:
    """What a phone shows now: the open question, what was chosen, or that there is nothing to do. draft: a vote not taken yet."""
    say, plain = _words(tongue), classroom.script.plain
    title, mark, waits = _text(plain["title"], tongue), classroom.mark(), True
    body = _problem(say, problem)
    chosen = classroom.people[key].ballots.get(classroom.asked())
    if classroom.is_open():
        waits = False
        predicts = not classroom.posed and plain["steps"][classroom.step]["kind"] == "predict"
        fill = _predict if predicts else _choose
        body += fill(classroom, say, tongue, draft or chosen)
        if chosen is not None:
            body += f'<p class="done" role="status">{say["vote_taken"]}</p>'
    else:
        body += f'<p class="wait">{say["vote_done"] if chosen is not None else say["look_up"]}</p>'
    return _page(say, tongue, title, body, mark, waits)


def _choose(classroom: Classroom, say: dict[str, str], tongue: str, chosen: str | None) -> str:
    if (posed := classroom.posed) is not None:
        question, options = _text(posed["question"], tongue), [_text(one, tongue) for one in posed["options"]]
    else:
        step = classroom.script.plain["steps"][classroom.step]
        question = _text(step["text"], tongue) if "text" in step else say[f"kind_{step['kind']}"]
        options = [_text(one["text"], tongue) for one in step["options"]]
    buttons = "".join(
        f'<button class="choice" name="choice" value="{place}" aria-pressed="{str(chosen == str(place)).lower()}">'
        f"<b>{place + 1}</b> {told}</button>"
        for place, told in enumerate(options)
    )
    return f'<h2>{question}</h2><form method="post" action="/join/vote">{_step(classroom)}{buttons}</form>'


def _predict(classroom: Classroom, say: dict[str, str], tongue: str, chosen: str | None) -> str:
    plain = classroom.script.plain
    measure, reveal = plain["measures"][0], plain["reveals"][0]
    asked = say["predict_question"].format(outcome=_text(measure["name"], tongue), days=f"{plain['days']:g}")
    names = [_text(arm, tongue) for arm in plain["arms"]]
    factor, unit = (100, say["points"]) if measure["share"] else (1, _text(measure["unit"], tongue))
    low, high = (f"{size * factor:g}" for size in reveal["sizes"])
    ways = [names[0], say["about_same"], names[1]]
    groups = {
        "way": (asked, ways),
        "size": (say["how_much"], say["sizes"].format(low=low, high=high, unit=unit).split(" · ")),
        "sure": (say["how_sure"], say["sures"].split(" · ")),
    }
    before = [*(chosen or "").split("."), "", "", ""]
    fields = ""
    for at, (name, (legend, texts)) in enumerate(groups.items()):
        needed = "" if name == "size" else " required"
        radios = "".join(
            f'<label class="choice"><input type="radio" name="{name}" value="{place}"{needed}'
            f"{' checked' if before[at] == str(place) else ''}> {text}</label>"
            for place, text in enumerate(texts)
        )
        fields += f"<fieldset><legend>{legend}</legend>{radios}</fieldset>"
    button = f'<button class="choice send">{say["vote_send"]}</button>'
    return f'<form method="post" action="/join/vote">{_step(classroom)}{fields}{button}</form>'


def _step(classroom: Classroom) -> str:
    return f'<input type="hidden" name="step" value="{classroom.asked()}">'


def _problem(say: dict[str, str], problem: str) -> str:
    return f'<p class="problem" role="alert">{say[problem]}</p>' if problem else ""


def _words(tongue: str) -> dict[str, str]:
    """The words of a lesson on the page, ready to stand in markup."""
    return {key: html.escape(text) for key, text in catalogues()[tongue]["lesson"].items()}


def _text(texts: Mapping[str, Any], tongue: str) -> str:
    return html.escape(str(texts[tongue]))


def _page(say: dict[str, str], tongue: str, title: str, body: str, mark: str, waits: bool) -> str:
    tongues = " ".join(
        f'<a href="/join?lang={one}" lang="{one}"{" aria-current=true" * (one == tongue)}>{name}</a>'
        for one, name in _TONGUES.items()
    )
    # Without scripts a page that waits asks again by itself; one with a form never does, or it would wipe what is being filled in.
    again = '<noscript><meta http-equiv="refresh" content="4; url=/join"></noscript>' if waits else ""
    return (
        f'<!doctype html>\n<html lang="{tongue}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>{again}<link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="/assets/voter.css"><script type="module" src="/assets/voter.js"></script></head>'
        f'<body data-mark="{html.escape(mark)}" data-lost="{say["lost"]}"><header><h1>{title}</h1><nav aria-label="{say["languages"]}">'
        f"{tongues}</nav></header><main>{body}</main></body></html>\n"
    )
