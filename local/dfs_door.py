"""Hands out the files of the stand-in's slate of daily fantasy, as a site's page would."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from local.dfs_slate import DfsSlate, next_slate
from local.service_answers import json_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = "/local/dfs"
"""Path of the list of files, beside the API."""
_FILE = re.compile(rf"{PAGE}/(\d{{8}}T\d{{4}})/(salaries|projections|entries)\.csv")
_FORM = "%Y%m%dT%H%M"
_CONTENTS: dict[str, Callable[[DfsSlate], str]] = {
    "salaries": DfsSlate.salaries,
    "projections": DfsSlate.projections,
    "entries": DfsSlate.entries,
}


def beside(api: "WSGIApplication", now: Callable[[], datetime]) -> "WSGIApplication":
    """Return an application that hands out files below PAGE, and everything else as `api` does."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PAGE or path.startswith(f"{PAGE}/"):
            return _answer(Request(environ), now())(environ, start_response)
        return api(environ, start_response)

    return application


def _answer(request: Request, now: datetime) -> Response:
    if request.method not in ("GET", "HEAD"):
        return Response("Only GET.\n", status=405, content_type="text/plain", headers={"Allow": "GET, HEAD"})
    if request.path == PAGE:
        slate = next_slate(now)
        folder = f"{PAGE}/{slate.starts_at:{_FORM}}"
        files = {name: f"{folder}/{name}.csv" for name in _CONTENTS}
        return json_answer(200, {"starts_at": slate.starts_at.isoformat(), **files})
    found = _FILE.fullmatch(request.path)
    try:
        slate = DfsSlate(datetime.strptime(found[1] if found else "", _FORM).replace(tzinfo=UTC))
    except ValueError:
        return Response(f"There is no such file; {PAGE} lists them.\n", status=404, content_type="text/plain")
    content = _CONTENTS[found[2] if found else ""](slate)
    return Response(content, content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
