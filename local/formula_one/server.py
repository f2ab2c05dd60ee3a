"""Both sources of races, served on one port: they have different paths."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from local.formula_one.calendar import Calendar
from local.formula_one.f1db_door import F1dbDoor
from local.formula_one.jolpica_door import ROOT, JolpicaDoor
from local.http_server import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class RacesServer:
    """The stand-ins for jolpica-f1 and f1db, which tell one fictional season. calendar: file of its moments."""

    def __init__(self, calendar: Path) -> None:
        season = Calendar(calendar)
        self._first = JolpicaDoor(season, now=season.now)
        self._second = F1dbDoor(season, now=season.now)
        self._server = HttpServer(self._application)

    @property
    def url(self) -> str:
        """The base address of both sources, for JOLPICA_BASE_URL and F1DB_BASE_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        door = self._first if environ["PATH_INFO"].startswith(ROOT) else self._second
        return door(environ, start_response)
