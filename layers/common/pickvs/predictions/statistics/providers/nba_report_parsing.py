"""Parses the injury report of the NBA, a PDF with a table, by the places of its words.

The table's columns are those of its header. A game, a team and a date are written once and hold for the rows below,
also on the next page. A reason of several lines stands around the line of its player. A team that has not reported yet
says so in the column of reasons: then nothing is known of its players, and nobody is taken for recovered. Nor is
anybody if a page is missing.
"""

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Skipped
from pickvs.predictions.statistics.boxes.rules import Injury
from pickvs.predictions.statistics.providers.injury_list import InjuryList

ZONE = ZoneInfo("America/New_York")
"""The report's times are Eastern."""
_MASTHEAD = re.compile(r"Injury Report: ?(\d{2}/\d{2}/\d{2}) ?(\d{1,2}:\d{2}) ?([AP]M)")
_HEADER = MappingProxyType({"Matchup": "matchup", "Team": "team", "Player": "name", "Current": "status"})
"""Column by the first word of its title. `Game` begins two titles, and the column of reasons is last."""
_PAGE = re.compile(r"Page ?(\d+) ?of ?(\d+)")
_STATUSES = frozenset({"available", "probable", "questionable", "doubtful", "out"})
_NOT_YET = "NOTYETSUBMITTED"
_SAME_LINE = 2.0
"""Points between two words of one line, at most."""
_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands: page from 0, x from the left and y from the bottom, in points."""

    page: int
    x: float
    y: float
    text: str


@dataclass(slots=True)
class _Row:
    y: float
    cells: dict[str, list[Word]] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """Return a cell's words in reading order."""
        words = sorted(self.cells.get(column, ()), key=lambda word: (-round(word.y / _SAME_LINE), word.x))
        return _joined(word.text for word in words)


def read_report(body: bytes) -> InjuryList:
    """Return what a report says. Raises BadAnswer if it is no report that can be read."""
    return list_of(_words(body))


def list_of(words: Sequence[Word]) -> InjuryList:
    """Return what the words of a report say. Raises BadAnswer if they have no date or no table."""
    made_at = _made_at(words)
    columns = _columns(words)
    items: list[Injury] = []
    skipped: list[Skipped] = []
    told: dict[str, bool] = {}
    team = ""
    for row in _rows(words, columns):
        team = row.text("team") or team
        status = row.text("status")
        name = row.text("name")
        if not status and row.text("reason").replace(" ", "").upper() == _NOT_YET:
            told[team] = False
        elif not team or not name or status.lower() not in _STATUSES:
            skipped.append(Skipped(f"a row of the report cannot be read: {name[:60]!r}, {status[:40]!r}"))
            told[team] = False
        else:
            told.setdefault(team, True)
            items.append(_injury(name, team, status, row.text("reason"), made_at))
    if not _has_all_pages(words):
        skipped.append(Skipped("pages of the report are missing"))
        told = {}
    whole = frozenset(name for name, is_whole in told.items() if is_whole)
    return InjuryList(tuple(items), tuple(skipped), teams=whole)


def _injury(name: str, team: str, status: str, reason: str, made_at: datetime) -> Injury:
    last, _, first = name.partition(",")
    return Injury(
        provider_id=None,
        name=" ".join(f"{first} {last}".split()),
        team=team,
        status=status.lower(),  # type: ignore[arg-type]
        reason=reason[:_REASON_LENGTH] or None,
        reported_at=made_at,
    )


def _words(body: bytes) -> list[Word]:
    # Only the function that asks for the report carries this library.
    import pypdf

    found: list[Word] = []
    try:
        for number, page in enumerate(pypdf.PdfReader(io.BytesIO(body)).pages):

            def visit(text: str, cm: list[float], tm: list[float], *_: Any, number: int = number) -> None:
                for word in text.split():
                    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                    found.append(Word(number, x, y, word))

            _refuse_damaged(page)
            page.extract_text(visitor_text=visit)
    except Exception as error:  # the library raises whatever a damaged file leads it to
        failure = BadAnswer(f"the report is no PDF that can be read: {type(error).__name__}")
    else:
        return found
    raise failure


def _refuse_damaged(page: Any) -> None:
    """Raise zlib.error if a stream of the page's contents does not unpack whole.

    The library makes do with as much as unpacks. A player below that would be taken for recovered.
    """
    contents = page.get("/Contents").get_object()
    for each in contents if isinstance(contents, list) else [contents]:
        stream = each.get_object()
        if stream.get("/Filter") == "/FlateDecode":
            zlib.decompress(stream._data)  # noqa: SLF001 - the library has no other way to the bytes as they are stored


def _made_at(words: Sequence[Word]) -> datetime:
    for line in _lines(word for word in words if word.page == 0):
        if found := _MASTHEAD.search(_joined(word.text for word in line)):
            return datetime.strptime(" ".join(found.groups()), "%m/%d/%y %I:%M %p").replace(tzinfo=ZONE)
    raise BadAnswer("the report does not say when it was made")


def _columns(words: Sequence[Word]) -> list[tuple[float, str]]:
    """Return the left edge and the name of each column, from the header."""
    for line in _lines(words):
        if {"Matchup", "Team", "Reason"} <= {word.text for word in line}:
            found = [(word.x, _HEADER[word.text]) for word in line if word.text in _HEADER]
            games = [word.x for word in line if word.text == "Game"]
            reason = max(word.x for word in line if word.text == "Reason")
            if len(found) == len(_HEADER) and games:
                return sorted([(min(games), "date"), *found, (reason, "reason")])
    raise BadAnswer("the report has no table with the columns that are known")


def _rows(words: Sequence[Word], columns: Sequence[tuple[float, str]]) -> Iterator[_Row]:
    """Yield the rows of all pages. A row is where a status stands, or where a team says that it has not reported."""
    for page in sorted({word.page for word in words}):
        cells = [
            (word, _column(word, columns))
            for line in _lines(word for word in words if word.page == page)
            if not _is_frame(line)
            for word in line
        ]
        rows = [_Row(line[0].y) for line in _lines(word for word, column in cells if column == "status")]
        rows += [
            _Row(line[0].y)
            for line in _lines(word for word, column in cells if column == "reason")
            if "".join(word.text for word in line).upper() == _NOT_YET
        ]
        for word, column in cells:
            nearest = min(rows, key=lambda row: abs(row.y - word.y), default=None)
            if nearest is not None:
                nearest.cells.setdefault(column, []).append(word)
        yield from sorted(rows, key=lambda row: -row.y)


def _column(word: Word, columns: Sequence[tuple[float, str]]) -> str:
    return next((name for x, name in reversed(columns) if x <= word.x + _SAME_LINE), "")


def _is_frame(line: Sequence[Word]) -> bool:
    """Return whether a line is a page's title, header or number."""
    text = _joined(word.text for word in line)
    return bool(
        _MASTHEAD.search(text) or {"Matchup", "Team", "Reason"} <= {word.text for word in line} or _PAGE.fullmatch(text)
    )


def _has_all_pages(words: Sequence[Word]) -> bool:
    """Return whether each page has its number, and none is missing up to the last one."""
    texts = [_joined(word.text for word in line) for line in _lines(words)]
    numbers = [tuple(map(int, found.groups())) for text in texts if (found := _PAGE.fullmatch(text))]
    return bool(numbers) and numbers == [(number, len(numbers)) for number in range(1, len(numbers) + 1)]


def _lines(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Yield the words of each line from the left, from the top of the first page on."""
    line: list[Word] = []
    for word in sorted(words, key=lambda word: (word.page, -word.y)):
        if line and (word.page != line[0].page or line[0].y - word.y > _SAME_LINE):
            yield sorted(line, key=lambda word: word.x)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda word: word.x)


def _joined(texts: Iterable[str]) -> str:
    """Join words with blanks. The PDF parts a word behind its hyphen, but a hyphen alone is a dash."""
    out = ""
    for text in texts:
        out += text if not out or (out.endswith("-") and not out.endswith(" -") and len(out) > 1) else f" {text}"
    return out
