"""The inbox: takes the mails that functions send by SES, and shows them to a person and to tests."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.errors import LaptopError
from local.service_answers import error, json_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SEND_EMAIL = "/v2/email/outbound-emails"
"""Path of SES's action SendEmail."""
PAGE = "/local/inbox"
"""Path of the page, beside the API."""
MOST_MAILS = 500
"""Mails that are kept. The oldest ones go."""

_OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
_HTML = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Inbox</title>
<style>body{{font:1rem/1.5 sans-serif;margin:2rem;max-width:50rem}} article{{border-top:1px solid #ccc}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere}}</style></head>
<body><h1>Inbox</h1><p>Mails of this laptop cloud, newest first. <code>?to=</code> chooses an address.</p>
{mails}</body></html>
"""
_MAIL = "<article><h2>{subject}</h2><p>to {to}, from {sender}, {at}</p><pre>{text}</pre></article>\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was sent."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    at: str


class Inbox:
    """A WSGI application for SES's action SendEmail. file: where the mails are kept between runs.

    Raises LaptopError if the file is not what the laptop cloud wrote.
    """

    def __init__(self, file: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file = file
        self._now = now
        self._lock = threading.Lock()
        self._mails = _read(file)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Take one mail."""
        return self._take(Request(environ))(environ, start_response)

    def beside(self, api: "WSGIApplication") -> "WSGIApplication":
        """Return an application that shows the mails at PAGE, and everything else as `api` does."""

        def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            if environ.get("PATH_INFO") == PAGE:
                return self._show(Request(environ))(environ, start_response)
            return api(environ, start_response)

        return application

    def _take(self, request: Request) -> Response:
        if request.method != "POST" or request.path != SEND_EMAIL:
            return error(400, "BadRequestException", "The laptop cloud only sends mails.")
        try:
            mail = _mail(json.loads(request.get_data()), f"{self._now():%Y-%m-%dT%H:%M:%S.%fZ}")
        except (KeyError, TypeError, ValueError) as problem:
            return error(400, "BadRequestException", f"The laptop cloud knows no such mail: {problem!r}")
        with self._lock:
            self._mails = [*self._mails, mail][-MOST_MAILS:]
            self._write()
            return json_answer(200, {"MessageId": f"{len(self._mails):016x}"})

    def _show(self, request: Request) -> Response:
        # A page of another site may lead its own name here. It must not read one-time tokens.
        if request.host.rpartition(":")[0] not in _OWN_HOSTS:
            return Response("The inbox is at 127.0.0.1 only.\n", status=403, content_type="text/plain")
        if request.method not in ("GET", "HEAD"):
            return Response("Only GET.\n", status=405, content_type="text/plain", headers={"Allow": "GET, HEAD"})
        wanted = request.args.get("to")
        with self._lock:
            mails = [each for each in reversed(self._mails) if wanted is None or each.to.lower() == wanted.lower()]
        headers = {"Cache-Control": "no-store", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
        if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
            answer = json_answer(200, {"mails": [asdict(each) for each in mails]})
        else:
            shown = "".join(map(_article, mails))
            answer = Response(_HTML.format(mails=shown or "<p>There is no mail.</p>"), content_type="text/html")
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        answer.headers.update(headers)
        return answer

    def _write(self) -> None:
        temporary = self._file.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps([asdict(each) for each in self._mails]), encoding="utf-8")
        temporary.replace(self._file)


def _mail(body: Mapping[str, Any], at: str) -> Mail:
    """Return the mail that a request describes. Raises KeyError, TypeError or ValueError if it is no such one."""
    [to] = body["Destination"]["ToAddresses"]
    simple = body["Content"]["Simple"]
    return Mail(
        to=str(to),
        sender=str(body["FromEmailAddress"]),
        subject=str(simple["Subject"]["Data"]),
        text=str(simple["Body"]["Text"]["Data"]),
        html=str(simple["Body"]["Html"]["Data"]),
        headers={str(each["Name"]): str(each["Value"]) for each in simple.get("Headers", [])},
        at=at,
    )


def _article(mail: Mail) -> str:
    return _MAIL.format(**{name: escape(str(value)) for name, value in asdict(mail).items()})


def _read(file: Path) -> list[Mail]:
    try:
        return [Mail(**each) for each in json.loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError):
        raise LaptopError(f"{file} is not what the laptop cloud wrote; move it away (this loses mails)") from None
