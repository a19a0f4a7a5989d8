"""What a page asks of runs while they are played -> routes for the trainer alone: forms, worlds as they come, stories of branches."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.allowed import ConfigError
from sim.events.store import LogError

#: Bytes of a question; eight changes of twelve settings take some 4,000.
MOST_BODY: Final = 8_000


class Answering(Protocol):
    """Who runs what a page asks for (`sim.whatif.asking`)."""

    def words(self) -> dict[str, Any]: ...
    def choices(self) -> dict[str, Any]: ...
    def offer(self, folder: Path, chain: Any, at: Any) -> dict[str, Any]: ...
    def ask(self, folder: Path, chain: Any) -> str: ...
    def draft(self, folder: Path, chain: Any) -> dict[str, Any]: ...
    def look(self, name: str) -> dict[str, Any] | None: ...
    def decide(self, folder: Path, chain: Any, after: Any) -> dict[str, Any]: ...
    def explore(self, asked: Mapping[str, Any]) -> bytes: ...
    def score(self, folder: Path, chain: Any) -> str: ...
    def look_score(self, name: str) -> dict[str, Any] | None: ...
    def story(self, folder: Path, chain: Any, world: Any, programme: Any, group: Any) -> bytes: ...


class Busy(Exception):
    """What cannot be done now, in a line."""


def asking_routes(
    answering: Answering,
    find: Callable[[dict[str, Any]], Path],
    known: Callable[[Request], bool],
    refused: Callable[[], Response],
) -> list[Route]:
    """Routes below /whatif. find: the folder of the run that a question is about; raises LookupError."""

    async def offer(request: Request) -> Response:
        return await answer(request, lambda asked: answering.offer(find(asked), asked.get("chain"), asked.get("at")))

    async def ask(request: Request) -> Response:
        return await answer(request, lambda asked: {"answer": answering.ask(find(asked), asked.get("chain"))})

    async def draft(request: Request) -> Response:
        return await answer(request, lambda asked: answering.draft(find(asked), asked.get("chain")))

    async def decide(request: Request) -> Response:
        return await answer(request, lambda asked: answering.decide(find(asked), asked.get("chain"), asked.get("at")))

    async def score(request: Request) -> Response:
        return await answer(request, lambda asked: {"answer": answering.score(find(asked), asked.get("chain"))})

    async def explore(request: Request) -> Response:
        return await answer(request, answering.explore)

    async def story(request: Request) -> Response:
        def told(asked: dict[str, Any]) -> bytes:
            return answering.story(
                find(asked), asked.get("chain"), asked.get("world"), asked.get("programme"), asked.get("group")
            )

        return await answer(request, told)

    async def choices(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(answering.choices)) if known(request) else refused()

    async def look(request: Request) -> Response:
        if not known(request):
            return refused()
        name = request.path_params["name"]
        told = await run_in_threadpool(answering.look_score if name.startswith("score-") else answering.look, name)
        return PlainTextResponse("no such answer", 404) if told is None else JSONResponse(told)

    async def answer(request: Request, does: Callable[[dict[str, Any]], Any]) -> Response:
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
        except (ValueError, RecursionError):
            return PlainTextResponse("a question is needed", 422)
        try:
            told = await run_in_threadpool(does, asked)
        except LookupError:
            return PlainTextResponse("no such run", 404)
        except (ConfigError, LogError, Busy) as error:
            return PlainTextResponse(str(error).splitlines()[0], 422)
        except OSError:
            return PlainTextResponse("the run cannot be read", 422)
        return Response(told, media_type="application/octet-stream") if isinstance(told, bytes) else JSONResponse(told)

    return [
        Route("/whatif/offer", offer, methods=["POST"]),
        Route("/whatif/ask", ask, methods=["POST"]),
        Route("/whatif/draft", draft, methods=["POST"]),
        Route("/whatif/decide", decide, methods=["POST"]),
        Route("/whatif/score", score, methods=["POST"]),
        Route("/whatif/explore", explore, methods=["POST"]),
        Route("/whatif/choices", choices),
        Route("/whatif/story", story, methods=["POST"]),
        Route("/whatif/answer/{name:str}", look),
    ]
