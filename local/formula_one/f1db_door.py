"""A stand-in for f1db, whose records are files in a public repository: what its host's API tells of folders and files.

A folder lists its entries with their fingerprints, as git makes them: a record that changes gives its file, and the
folders above it, other ones. Of earlier contents nothing is known.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.formula_one.f1db_records import Record, records
from local.formula_one.season import Season

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH = re.compile(r"/git/(?P<kind>trees|blobs)/(?P<name>[^/].*)")
_FOLDER = re.compile(r"main:src/data/seasons/(?P<year>[0-9]{4})/races")

type Entries = Mapping[str, str]
"""The entries of a folder: fingerprints by name."""


class F1dbDoor:
    """A WSGI application that answers as the repository's host would at the moment of `now`.

    asked: the number of calls so far.
    """

    def __init__(self, season: Season, *, now: Callable[[], datetime]) -> None:
        self._season = season
        self._now = now
        self._moment = now().astimezone(UTC)
        self._known = _Contents(season, self._moment)
        self.asked = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        self.asked += 1
        found = _PATH.fullmatch(Request(environ).path)
        body = None if found is None else self._answer(found["kind"], found["name"])
        status = 404 if body is None else 200
        text = json.dumps(body or {"message": "Not Found", "status": f"{status}"}, separators=(",", ":"))
        return Response(text, status=status, content_type="application/json; charset=utf-8")(environ, start_response)

    def _answer(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return a folder or file; None if there is none such."""
        now = self._now().astimezone(UTC)
        if now != self._moment:
            self._moment, self._known = now, _Contents(self._season, now)
        known = self._known
        if kind == "blobs":
            return _file(name, known.files[name]) if name in known.files else None
        season = _FOLDER.fullmatch(name)
        if season is None:
            return _folder(name, known.folders[name], "blob") if name in known.folders else None
        is_told = int(season["year"]) == self._season.year
        return _folder(_tree(known.races, "40000"), known.races, "tree") if is_told else None


class _Contents:
    """All files and folders at a moment, by fingerprint. races: the folders of the season's races by name."""

    def __init__(self, season: Season, now: datetime) -> None:
        self.files: dict[str, bytes] = {}
        self.folders: dict[str, Entries] = {}
        self.races: dict[str, str] = {}
        for parts in records(season, now):
            contents = {f"{part}.yml": _written(record).encode() for part, record in parts.items()}
            entries = {file: _fingerprint("blob", content) for file, content in contents.items()}
            self.files |= {entries[file]: content for file, content in contents.items()}
            race = parts["race"]
            if isinstance(race, list):
                raise TypeError("the record of a race is no list")
            self.races[f"{race['round']:02}-{race['grandPrixId']}"] = tree = _tree(entries, "100644")
            self.folders[tree] = entries


def _folder(fingerprint: str, entries: Entries, kind: str) -> dict[str, Any]:
    mode = {"tree": "040000", "blob": "100644"}[kind]
    listed = [{"path": name, "mode": mode, "type": kind, "sha": entries[name]} for name in sorted(entries)]
    return {"sha": fingerprint, "tree": listed, "truncated": False}


def _file(fingerprint: str, content: bytes) -> dict[str, Any]:
    text = b64encode(content).decode()
    return {"sha": fingerprint, "size": len(content), "content": text, "encoding": "base64"}


def _tree(entries: Entries, mode: str) -> str:
    """Return the fingerprint of a folder."""
    return _fingerprint(
        "tree", b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(entries[name]) for name in sorted(entries))
    )


def _fingerprint(kind: str, content: bytes) -> str:
    """Return what git calls a content: SHA-1 over its kind, its length, and itself."""
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def _written(record: Record | Sequence[Record]) -> str:
    """Return a record in the part of YAML that the repository uses."""
    if isinstance(record, Mapping):
        return "".join(f"{name}: {_value(value)}\n" for name, value in record.items())
    lines = []
    for row in record:
        for place, (name, value) in enumerate(row.items()):
            lines.append(f"{'  ' if place else '- '}{name}: {_value(value)}\n")
    return "".join(lines)


def _value(value: object) -> str:
    if value is None:
        return "null"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
