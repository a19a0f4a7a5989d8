"""Runs and lessons -> a page in the browser of this machine: shelf, player, lesson. The browser gives keys and numbers only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
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
from sim.page.asking import Answering, asking_routes
from sim.page.ballots import ballot_routes
from sim.page.classroom import Classroom
from sim.page.control import control_routes, join_picture
from sim.page.packing import pack
from sim.page.parts import ASSETS, catalogues, read_asset
from sim.page.register import keeper, kept_class
from sim.page.script import Script
from sim.page.shelf import describe_runs, find_runs
from sim.page.story import read_story

LOOPBACK: Final = "127.0.0.1"
#: Packed stories that are kept: some MB in all.
KEPT: Final = 8
#: Connections at a time: phones keep theirs open for some seconds.
MOST_OPEN: Final = 600
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
}  # fmt: skip
_PAGE: Final = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>groupalive</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/uPlot.min.css">'
    '<link rel="stylesheet" href="/assets/style.css"><link rel="stylesheet" href="/assets/lesson.css"></head><body><div id="page"></div>'
    '<script src="/assets/uPlot.iife.min.js"></script><script type="module" src="/assets/page.js"></script></body></html>\n'
)


class Stories:
    """Packed stories by key: read and checked one at a time, so that many requests cost no more than one; the latest are kept."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._turn = threading.Lock()

    def packed(self, key: str, programme: int, group: int) -> bytes:
        """Raises LookupError for an unknown key, LogError for a run that is not as it was written."""
        return self.read(find_runs(self.root)[key], programme, group)

    def read(self, folder: Path, programme: int = 0, group: int = 0) -> bytes:
        """The packed story of a group in a run folder. Raises LogError, OSError."""
        with self._turn:
            state = (folder / "manifest.json").stat()
            name = (folder, programme, group, state.st_mtime_ns, state.st_size)
            if name not in self._kept:
                self._kept[name] = pack(read_story(folder, group, programme))
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(name)
            return self._kept[name]


def cookie_of(token: str) -> str:
    """Name of the cookie that holds a token: cookies know no ports, so two pages on one machine must not share a name."""
    return f"groupalive_{hashlib.blake2b(token.encode(), digest_size=4).hexdigest()}"


def build_app(
    root: Path,
    token: str,
    hosts: list[str],
    scripts: Mapping[str, Script] | None = None,
    classroom: Classroom | None = None,
    trainers: frozenset[str] | None = None,
    answering: Answering | None = None,
) -> Starlette:
    """The application. root: folder with runs; token: what a visitor has to bring; hosts: names under which it may be called.

    scripts: lessons by name. classroom: the class that phones may join without a token; they reach /join and nothing else.
    trainers: addresses from which the token counts; None: any. answering: who runs what is asked about a run; None: nobody.
    """
    stories, scripts, cookie = Stories(root), scripts or {}, cookie_of(token)

    def known(request: Request) -> bool:
        near = trainers is None or (request.client is not None and request.client.host in trainers)
        return near and hmac.compare_digest(request.cookies.get(cookie, "").encode(), token.encode())

    async def page(request: Request) -> Response:
        brought = request.query_params.get("token")
        if brought is not None and hmac.compare_digest(brought.encode(), token.encode()):
            answer = RedirectResponse("/", 303)
            # The fragment of an address outlives a redirect, so a run that was asked for is still asked for.
            answer.set_cookie(cookie, token, httponly=True, samesite="strict")
            return answer
        if classroom and not known(request):
            return RedirectResponse("/join", 303)
        return HTMLResponse(_PAGE) if known(request) else refused()

    async def runs(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(describe_runs, root)) if known(request) else refused()

    async def words(request: Request) -> Response:
        if not known(request):
            return refused()
        asks = await run_in_threadpool(answering.words) | {"klass": classroom is not None} if answering else None
        return JSONResponse(catalogues() | {"asks": asks})

    async def story(request: Request) -> Response:
        if not known(request):
            return refused()
        key, programme, group = (request.path_params[name] for name in ("key", "programme", "group"))
        return await told(stories.packed, key, programme, group)

    async def lessons(request: Request) -> Response:
        wanted = ("name", "title", "question", "minutes")
        return (
            JSONResponse([{key: one.plain[key] for key in wanted} for one in scripts.values()]) if known(request) else refused()
        )

    async def lesson(request: Request) -> Response:
        if not known(request):
            return refused()
        if (one := scripts.get(request.path_params["name"])) is None:
            return PlainTextResponse("no such lesson", 404)
        await run_in_threadpool(one.open)
        return JSONResponse({"script": one.plain, "klass": classroom is not None})

    async def worlds(request: Request) -> Response:
        """What came out so far, for a page that knows of `done` worlds; nothing where that is all."""
        if not known(request):
            return refused()
        if (one := scripts.get(request.path_params["name"])) is None:
            return PlainTextResponse("no such lesson", 404)
        if one.trouble:
            return PlainTextResponse(one.trouble, 422)
        await run_in_threadpool(one.open)
        if request.path_params["done"] == one.plain["done"] and not one.plain["ready"]:
            return Response(status_code=204)
        return JSONResponse({key: one.plain[key] for key in ("done", "reveals", "elsewhere", "ready")})

    async def lesson_story(request: Request) -> Response:
        if not known(request):
            return refused()
        if (one := scripts.get(request.path_params["name"])) is not None:
            await run_in_threadpool(one.open)
        if one is None or request.path_params["arm"] not in one.plain["told"]:
            return PlainTextResponse("no such story", 404)
        if (folder := await run_in_threadpool(one.story, request.path_params["arm"])) is None:
            return PlainTextResponse(one.trouble or "the story is not there yet: try again", 422)
        return await told(stories.read, folder)

    async def told(read: Callable[..., bytes], *what: Any) -> Response:
        try:
            data = await run_in_threadpool(read, *what)
        except LookupError:
            return PlainTextResponse("no such run", 404)
        except LogError as error:
            return PlainTextResponse(str(error).replace(str(root), "outputs"), 422)
        except OSError:
            return PlainTextResponse("the run cannot be read", 422)
        return Response(data, media_type="application/octet-stream")

    def asked_about(asked: dict[str, Any]) -> Path:
        """The run that a question is about: one of the shelf by its key, or a story of a lesson."""
        if isinstance(name := asked.get("lesson"), str) and isinstance(arm := asked.get("arm"), int):
            scripts[name].open()
            if (folder := scripts[name].story(arm)) is None:
                raise LookupError(name)
            return folder
        return find_runs(root)[str(asked.get("run"))]

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
            Route("/lessons", lessons),
            Route("/lesson/{name:str}", lesson),
            Route("/lesson/{name:str}/{arm:int}", lesson_story),
            Route("/lesson/{name:str}/worlds/{done:int}", worlds),
            Route("/assets/{name:str}", asset),
            *(asking_routes(answering, asked_about, known, refused) if answering else ()),
            *((*control_routes(classroom, known, refused), *ballot_routes(classroom)) if classroom else ()),
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


def serve(
    root: Path,
    *,
    host: str = LOOPBACK,
    port: int = 8750,
    opened: Callable[[str, str], None] | None = None,
    fragment: str = "",
    scripts: Mapping[str, Script] | None = None,
    klass: bool = False,
    new_class: bool = False,
    answering: Answering | None = None,
) -> None:
    """Serve the page until interrupted. opened(address for the trainer, address for phones or ""), once the port is taken.

    klass: phones of the local network may join; the page of the trainer is then for this machine alone. new_class: a class of the
    last half hour is not gone on with. Raises OSError, with what to do, where the port is taken.
    """
    import uvicorn  # late: slow to import

    token = secrets.token_urlsafe(24)
    classroom = Classroom(dict(scripts or {}), keep=keeper(root)) if klass else None
    if classroom and not new_class and (kept := kept_class(root)):
        if classroom.restore(kept) and f"lesson={classroom.script.name}&" in fragment:
            fragment += f"&step={classroom.step + 1}&phase={classroom.phase}"  # where the class was
    heard = host if host != LOOPBACK or not klass else "0.0.0.0"
    with socket.socket(socket.AF_INET6 if ":" in heard else socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((heard, port))
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror}; another port is given with --port", f"port {port}") from error
        listening.listen(128)
        number = listening.getsockname()[1]
        # Away from loopback the name in use is not known beforehand; the token guards the page.
        hosts = ["127.0.0.1", "localhost"] if heard == LOOPBACK else ["*"]
        near = frozenset({LOOPBACK, "::1"}) if klass and heard == "0.0.0.0" else None
        phones = ""
        if classroom:
            phones = f"http://{_written(local_address() if heard == '0.0.0.0' else heard)}:{number}/join"
            classroom.address, classroom.picture = (
                phones.removeprefix("http://"),
                join_picture(f"{phones}?code={classroom.code}"),
            )
        app = build_app(root, token, hosts, scripts, classroom, near, answering)
        config = uvicorn.Config(app, log_level="warning", limit_concurrency=MOST_OPEN, timeout_keep_alive=5)
        if opened:
            home = _written(LOOPBACK if near else host)
            opened(f"http://{home}:{number}/?token={token}{fragment}", phones)
        uvicorn.Server(config).run(sockets=[listening])


def local_address() -> str:
    """The address of this machine on its local network, as far as it has one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737): only the way there is looked up
            found: str = asking.getsockname()[0]
            return found
        except OSError:
            return LOOPBACK


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
