"""Jobs do not depend on sports or odds. The job here asks a weather source that counts no credits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.jobs.freshness import ALL, last_good
from pickvs.jobs.runs import Job, Run, Stored, run
from pickvs.jobs.sources import Answer, Capture, Credits, Question, Skipped
from tests.support.ingestion import Surroundings, ingesting
from tests.support.measured import measuring, values

NAME = "fetch_odds"  # the table allows only two job names
NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SkippedStation(Skipped):
    station: str | None = None


class Weather:
    name = "weather"

    def ask(self, question: Question, *, seconds: float) -> Answer:
        assert 0 < seconds <= 25
        return Answer(question.parameters["units"].encode(), 200, Credits(), attempts=1)


def read(body: bytes, place: str) -> Capture[str]:
    return Capture((f"{place} in {body.decode()}",), (SkippedStation("no wind", station="roof"),))


def test_its_run_is_kept_and_measured_like_any_other(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored: list[tuple[str, str, datetime]] = []

    def store(_: Connection, capture: Capture[str], current: Run) -> Stored:
        stored.extend((item, current.subject, current.at) for item in capture.items)
        return Stored({"places": 1}, (Skipped("too cold"),))

    job = Job(
        name=NAME,
        subjects=lambda: ("denver", "boston"),
        question=lambda place: Question("forecast", place, f"/forecast/{place}", {"units": "metric"}),
        source=lambda _: Weather(),
        read=read,
        store=store,
        measured={},
    )
    with ingesting(database, monkeypatch) as around, clock.held_at(NOON):
        printed = measuring(monkeypatch, capsys)
        report = run(job, None)
        check_rows(around, printed)
        with transaction() as connection:
            assert last_good(connection, NAME, "process_results") == {
                (NAME, "denver", ALL): NOON,
                (NAME, "boston", ALL): NOON,
            }
    assert stored == [("denver in metric", "denver", NOON), ("boston in metric", "boston", NOON)]
    assert [each["sport"] for each in report["runs"]] == ["denver", "boston"]


def check_rows(around: Surroundings, printed: Callable[[], str]) -> None:
    first, second = around.runs()
    assert (first["sport"], second["sport"]) == ("denver", "boston")
    assert first["request"] == {"path": "/forecast/denver", "parameters": {"units": "metric"}}
    assert first["raw_object"] == f"weather/denver/forecast/2024/01/10/{first['id']}.json.gz"
    assert around.kept()[first["raw_object"]] == b"metric"
    assert (first["status"], first["counts"]) == (
        "partial",
        {"places": 1, "skipped": 2, "skipped_percent": 50},
    )
    assert first["skipped"] == [{"reason": "no wind", "station": "roof"}, {"reason": "too cold"}]
    lines = printed().splitlines()
    assert [values(line) for line in lines if "_aws" in line] == [{"Runs": 1, "FailedRuns": 0, "SkippedShare": 50}] * 2
