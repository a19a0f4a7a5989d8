"""Runs below a folder -> a page in the browser of this machine: a shelf, and the player. The browser gives keys and numbers only."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sim.events.store import LogError
from sim.page.packing import pack
from sim.page.parts import ASSETS, catalogues, read_asset
from sim.page.shelf import describe_runs, find_runs
from sim.page.story import read_story

LOOPBACK: Final = "127.0.0.1"
COOKIE: Final = "groupalive"
#: Packed stories that are kept: some MB in all.
KEPT: Final = 8
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
}  # fmt: skip
_PAGE: Final = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>groupalive</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/uPlot.min.css">'
    '<link rel="stylesheet" href="/assets/style.css"></head><body><div id="page"></div>'
    '<script src="/assets/uPlot.iife.min.js"></script><script type="module" src="/assets/shelf.js"></script></body></html>\n'
)


class Stories:
    """Packed stories by key: read and checked one at a time, so that many requests cost no more than one; the latest are kept."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._turn = threading.Lock()

    def packed(self, key: str, programme: int, group: int) -> bytes:
        """Raises LookupError for an unknown key, LogError for a run that is not as it was written."""
        folder = find_runs(self.root)[key]
        with self._turn:
            state = (folder / "manifest.json").stat()
            name = (key, programme, group, state.st_mtime_ns, state.st_size)
            if name not in self._kept:
                self._kept[name] = pack(read_story(folder, group, programme))
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(name)
            return self._kept[name]


def build_app(root: Path, token: str, hosts: list[str]) -> Starlette:
    """The application. root: folder with runs; token: what a visitor has to bring; hosts: names under which it may be called."""
    stories = Stories(root)

    def known(request: Request) -> bool:
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), token.encode())

    async def page(request: Request) -> Response:
        brought = request.query_params.get("token")
        if brought is not None and hmac.compare_digest(brought.encode(), token.encode()):
            answer = RedirectResponse("/", 303)
            # The fragment of an address outlives a redirect, so a run that was asked for is still asked for.
            answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return answer
        return HTMLResponse(_PAGE) if known(request) else refused()

    async def runs(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(describe_runs, root)) if known(request) else refused()

    async def words(request: Request) -> Response:
        return JSONResponse(catalogues()) if known(request) else refused()

    async def story(request: Request) -> Response:
        if not known(request):
            return refused()
        key, programme, group = (request.path_params[name] for name in ("key", "programme", "group"))
        try:
            data = await run_in_threadpool(stories.packed, key, programme, group)
        except LookupError:
            return PlainTextResponse("no such run", 404)
        except LogError as error:
            return PlainTextResponse(str(error).replace(str(root), "outputs"), 422)
        except OSError:
            return PlainTextResponse("the run cannot be read", 422)
        return Response(data, media_type="application/octet-stream")

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            return PlainTextResponse("no such file", 404)
        return Response(read_asset(name), media_type=ASSETS[name])

    def refused() -> Response:
        return PlainTextResponse("Open the address that was printed when the page was started: it holds the token.", 403)

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/runs", runs),
            Route("/words", words),
            Route("/story/{key:str}/{programme:int}/{group:int}", story),
            Route("/assets/{name:str}", asset),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts), Middleware(_Headers)],
    )
    return app


class _Headers:
    """Adds the headers that keep the page to itself to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.lower().encode(), v.encode()) for k, v in _HEADERS.items())]
            await send(message)

        await self.app(scope, receive, sending)


def serve(root: Path, *, host: str = LOOPBACK, port: int = 8750, opened: Any = None, fragment: str = "") -> None:
    """Serve until interrupted. opened: called with the address once the page can be reached. Raises OSError for a taken port."""
    import socket

    import uvicorn

    token = secrets.token_urlsafe(24)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror}; another port is given with --port", f"port {port}") from error
        listening.listen(128)
        # Away from loopback the name in use is not known beforehand; the token guards the page.
        hosts = ["127.0.0.1", "localhost"] if host == LOOPBACK else ["*"]
        server = uvicorn.Server(
            uvicorn.Config(build_app(root, token, hosts), log_level="warning", limit_concurrency=200, timeout_keep_alive=5)
        )
        if opened:
            name = f"[{host}]" if ":" in host else host
            opened(f"http://{name}:{listening.getsockname()[1]}/?token={token}{fragment}")
        server.run(sockets=[listening])
