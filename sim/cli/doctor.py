"""This machine -> one line for each thing that a lesson or a study needs of it, and whether it is there."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from sim.cli.app import Lang, Language, app, translator
from sim.cli.folders import OUTPUTS

#: Bytes that a lesson with its study and stories takes at most, with room to spare.
ROOM = 200_000_000


class Finding(NamedTuple):
    """What was found of one thing: a key of the catalogue, values for it, and whether it will do."""

    fine: bool
    key: str
    values: dict[str, object]


@app.command(short_help="Whether this machine is ready to teach.")
def doctor(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port that the page will listen on.")] = 8750,
    lang: Lang = Language.en,
) -> None:
    """Kernel, fonts, port, browser, network and disk, one line each; the exit code is 1 where something is missing."""
    t = translator(lang)
    checks: tuple[Callable[[], Finding], ...] = (
        _kernel, _fonts, lambda: _port(port), _browser, _network, lambda: _disk(Path.cwd()),
    )  # fmt: skip
    found = [check() for check in checks]
    for one in found:
        typer.echo(f"{t('doctor.fine') if one.fine else t('doctor.missing')} {t(one.key, **one.values)}")
    if not all(one.fine for one in found):
        raise typer.Exit(1)


def _kernel() -> Finding:
    from sim import compiled
    from sim.kernel.advance import advance

    if compiled.is_kept(advance):
        return Finding(True, "doctor.kernel", {"folder": compiled.folder()})
    try:
        compiled.make_room()
    except OSError as error:
        return Finding(False, "doctor.kernel.no_room", {"folder": compiled.folder(), "reason": error.strerror or error})
    return Finding(True, "doctor.kernel.later", {})


def _fonts() -> Finding:
    from sim.report.style import font_families

    first, *others = font_families()
    return Finding(bool(others), "doctor.fonts" if others else "doctor.fonts.missing", {"name": first})


def _port(port: int) -> Finding:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding(False, "doctor.port.taken", {"port": port, "reason": error.strerror or error})
    return Finding(True, "doctor.port", {"port": port})


def _browser() -> Finding:
    import webbrowser

    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return Finding(False, "doctor.browser.missing", {})
    return Finding(True, "doctor.browser", {"name": Path(str(name)).name or "default"})


def _network() -> Finding:
    from sim.page.server import LOOPBACK, local_address

    address = local_address()
    return Finding(True, "doctor.network.none" if address == LOOPBACK else "doctor.network", {"address": address})


def _disk(folder: Path) -> Finding:
    home = folder / OUTPUTS
    while not home.exists():
        home = home.parent
    free = shutil.disk_usage(home).free
    values: dict[str, object] = {"folder": home, "free": f"{free / 1e9:.1f}"}
    try:
        probe = home / ".groupalive-doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding(False, "doctor.disk.closed", values | {"reason": error.strerror or error})
    return Finding(free > ROOM, "doctor.disk" if free > ROOM else "doctor.disk.full", values)
