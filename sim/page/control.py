"""The trainer's hand on a class: where the lesson is, hands that are counted, and the picture that phones photograph."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.page.classroom import ClassError, Classroom, Posed

#: Bytes of a command; a question in three languages takes some 3,000.
MOST_BODY: Final = 12_000

_POSED: Final[TypeAdapter[Posed]] = TypeAdapter(Posed)


def control_routes(classroom: Classroom, known: Callable[[Request], bool], refused: Callable[[], Response]) -> list[Route]:
    """Routes below /class, for the trainer alone. known: whether a request brings the trainer's token."""

    async def look(request: Request) -> Response:
        return JSONResponse(classroom.state()) if known(request) else refused()

    async def turn(request: Request) -> Response:
        return await act(request, lambda asked: classroom.turn(_name(asked), _whole(asked, "step"), _whole(asked, "phase")))

    async def hand(request: Request) -> Response:
        def raised(asked: dict[str, Any]) -> None:
            if _name(asked) != classroom.script.name:
                raise ClassError("class_no_step")
            classroom.hand(_whole(asked, "step"), _whole(asked, "option"), _whole(asked, "by"))

        return await act(request, raised)

    async def pose(request: Request) -> Response:
        return await act(
            request, lambda asked: classroom.pose(_POSED.validate_python(asked["posed"]) if asked.get("posed") else None)
        )

    async def act(request: Request, does: Callable[[dict[str, Any]], None]) -> Response:
        if not known(request):
            return refused()
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY:
                return PlainTextResponse("too long", 413)
        try:
            asked = json.loads(body)
            if not isinstance(asked, dict):
                raise ValueError
            does(asked)
        except (ValueError, RecursionError):
            return PlainTextResponse("lesson, and whole numbers by name", 422)
        except ClassError:
            return PlainTextResponse("no such step", 422)
        return JSONResponse(classroom.state())

    return [
        Route("/class", look),
        Route("/class/turn", turn, methods=["POST"]),
        Route("/class/hand", hand, methods=["POST"]),
        Route("/class/pose", pose, methods=["POST"]),
    ]


def join_picture(address: str) -> str:
    """A QR code of an address as a data address of an SVG picture, drawn here: no network is asked."""
    import segno  # late: only a class needs it

    picture: str = segno.make(address, error="m").svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    return picture


def _name(asked: dict[str, Any]) -> str:
    return str(asked.get("lesson", ""))[:80]


def _whole(asked: dict[str, Any], key: str) -> int:
    value = asked.get(key)
    if type(value) is not int:
        raise ValueError(key)
    return value
