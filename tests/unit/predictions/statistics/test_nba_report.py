"""The NBA's injury report: where it is looked for, and what its table says."""

import csv
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.injury_report import Row, report_pdf
from pickvs.jobs.errors import BadAnswer, ProviderDown, Refused
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.markets.providers.http_source import Patience
from pickvs.markets.providers.polite_client import PoliteClient
from pickvs.predictions.statistics.providers.nba_report import NbaReportClient, NotPublished, paths
from pickvs.predictions.statistics.providers.nba_report_parsing import ZONE, read_report

MADE_AT = datetime(2025, 12, 22, 17, 15, tzinfo=ZONE)
ASKED_AT = datetime(2025, 12, 22, 22, 20, tzinfo=UTC)
STATUSES = ("Available", "Probable", "Questionable", "Doubtful", "Out")
REASONS = ("Injury/Illness - Left L5-S1; Disc", "G League - Two-Way", "Personal Reasons", "Not With Team", "Rest", "")
TEAMS = {
    "BOS": "Boston Celtics",
    "NYK": "New York Knicks",
    "LAL": "Los Angeles Lakers",
    "POR": "Portland Trail Blazers",
}
NAMES = ("Payton II, Gary", "Jackson-Davis, Trayce", "O'Neale, Royce", "Dončić, Luka", "Da Silva, Tristan")


@st.composite
def reports(draw: st.DrawFn) -> list[Row]:
    rows = []
    for away, home in (("BOS", "NYK"), ("LAL", "POR")):
        for team in (TEAMS[away], TEAMS[home]):
            game = ("12/22/2025", "07:00 (ET)", f"{away}@{home}", team)
            hurt = draw(
                st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(STATUSES), st.sampled_from(REASONS)))
            )
            rows += [Row(*game, *each) for each in hurt] or [Row(*game)]
    return rows


@settings(max_examples=60)
@given(rows=reports(), a_page=st.integers(1, 20))
def test_every_row_is_read_wherever_a_page_ends(rows: list[Row], a_page: int) -> None:
    said = read_report(report_pdf(MADE_AT, rows, a_page=a_page))
    assert said.skipped == ()
    told = [row for row in rows if row.name]
    assert [(each.team, each.status, each.reason) for each in said.items] == [
        (row.team, row.status.lower(), row.reason or None) for row in told
    ]
    for row, each in zip(told, said.items, strict=True):
        last, first = row.name.encode("cp1252", "replace").decode().split(", ")
        assert each.name == f"{first} {last}"
    assert said.teams == {row.team for row in told}
    assert {each.reported_at for each in said.items} <= {MADE_AT}


def test_a_row_that_cannot_be_read_leaves_its_team_open() -> None:
    game = ("12/22/2025", "07:00 (ET)", "BOS@NYK", TEAMS["BOS"])
    said = read_report(report_pdf(MADE_AT, [Row(*game, "A, B", "Out", "Rest"), Row(*game, "C, D", "Perhaps", "Rest")]))
    assert ([each.name for each in said.items], len(said.skipped), said.teams) == (["B A"], 1, frozenset())


@pytest.mark.parametrize("body", [b"", b"<html>403</html>", b"%PDF-1.4\n", report_pdf(MADE_AT, [])[:400]])
def test_what_is_no_report_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_report(body)


def a_long_report() -> tuple[list[Row], bytes]:
    """Return rows of two teams, and their report of four pages."""
    rows = [
        Row("12/22/2025", "07:00 (ET)", "BOS@NYK", TEAMS[team], f"Last{number}, First", "Out", "Rest")
        for team in ("BOS", "NYK")
        for number in range(8)
    ]
    return rows, report_pdf(MADE_AT, rows, a_page=4)


@pytest.mark.parametrize("page", [2, 3, 4])
def test_a_page_that_is_missing_makes_nobody_recover(page: int) -> None:
    rows, body = a_long_report()
    kids = [b"%d 0 R" % (4 + 2 * number) for number in range(4)]
    fewer = b" ".join(kid for number, kid in enumerate(kids, start=1) if number != page)
    said = read_report(
        body.replace(b" ".join(kids), fewer.ljust(len(b" ".join(kids)))).replace(b"/Count 4", b"/Count 3")
    )
    assert (len(said.items), said.teams, len(said.skipped)) == (len(rows) - 4, frozenset(), 1)


@pytest.mark.parametrize("damage", [b"", b"\0\0\0\0"])
def test_a_page_that_does_not_unpack_whole_is_a_bad_answer(damage: bytes) -> None:
    _, body = a_long_report()
    drawn = body.rpartition(b"stream\n")[0].rpartition(b"\nendstream")[0].rpartition(b"stream\n")[2]
    packed = zlib.compress(drawn)
    for stored, is_read in ((packed, True), (packed[:-200] + damage, False)):
        filtered = body.replace(
            b"<< /Length %d >>\nstream\n%s\n" % (len(drawn), drawn),
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\n" % (len(stored), stored),
        )
        assert filtered != body
        if is_read:
            assert len(read_report(filtered).items) == 16
        else:
            with pytest.raises(BadAnswer):
                read_report(filtered)


def test_the_recorded_report_is_read_as_its_table(recordings: Path) -> None:
    said = read_report((recordings / "injuries/Injury-Report_2025-01-10_05PM.pdf").read_bytes())
    with (recordings / "injuries/nba_injury_report_2025-01-10_0530PM.csv").open() as file:
        rows = [*csv.DictReader(file)]
    assert {(each.name, each.team, each.status, each.reason) for each in said.items} == {
        (
            " ".join(reversed(row["Player Name"].split(", "))),
            row["Team"],
            row["Current Status"].lower(),
            row["Reason"],
        )
        for row in rows
    }
    assert "Los Angeles Lakers" not in (said.teams or ()), "it had not reported yet"


def test_the_latest_report_is_asked_for_first_under_either_name() -> None:
    asked = [path.rpartition("Injury-Report_")[2] for path in paths(ASKED_AT)]
    assert asked[:3] == ["2025-12-22_05_15PM.pdf", "2025-12-22_05_00PM.pdf", "2025-12-22_05PM.pdf"]
    assert asked[-1] == "2025-12-22_03_15PM.pdf"
    assert len(asked) == 9 + 2
    midnight = [*paths(datetime(2025, 12, 23, 5, 5, tzinfo=UTC))]
    assert midnight[0].endswith("2025-12-23_12_00AM.pdf")
    assert midnight[2].endswith("2025-12-22_11_45PM.pdf")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[object, list[str]]]:
    """Ask where only some files are there; return the answer or the error, and the paths that were asked for."""

    def asked(there: str, status: int = HTTPStatus.FORBIDDEN) -> tuple[object, list[str]]:
        paths_asked: list[str] = []

        def answer(_: PoliteClient, question: Question, *, seconds: float) -> Answer:
            paths_asked.append(question.path)
            if there and question.path.endswith(there):
                return Answer(b"%PDF", HTTPStatus.OK, Credits(), 1)
            raise (Refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else ProviderDown)("no", http_status=status)

        monkeypatch.setattr(PoliteClient, "ask", answer)
        client = NbaReportClient("nba_report", "http://nowhere", "ops", patience=Patience(), now=lambda: ASKED_AT)
        try:
            return client.ask(Question("injuries", "basketball_nba", "/", {}), seconds=60).body, paths_asked
        except (NotPublished, Refused, ProviderDown) as error:
            return type(error), paths_asked

    return asked


def test_an_absent_file_is_no_refusal_until_none_is_there(ask: Callable[..., tuple[object, list[str]]]) -> None:
    body, asked = ask("2025-12-22_05PM.pdf")
    assert (body, len(asked)) == (b"%PDF", 3)
    assert ask("") == (NotPublished, [*paths(ASKED_AT)])
    assert ask("", HTTPStatus.NOT_FOUND)[0] is NotPublished
    for status, error in ((HTTPStatus.UNAUTHORIZED, Refused), (HTTPStatus.BAD_GATEWAY, ProviderDown)):
        failure, asked = ask("", status)
        assert (failure, len(asked)) == (error, 1)


def test_reports_of_the_last_two_hours_are_looked_for() -> None:
    oldest = [*paths(ASKED_AT)][-1]
    named = datetime.strptime(oldest[-23:-4], "_%Y-%m-%d_%I_%M%p").replace(tzinfo=ZONE)
    assert timedelta(hours=2) <= ASKED_AT - named < timedelta(hours=2, minutes=15)
