"""Whatever an error says, the row of its run has one line of it, without a secret and not too long."""

import pytest

from pickvs.core.redaction import hide
from pickvs.jobs.runs import IngestionFailed, Job, Stored, run
from pickvs.jobs.sources import Answer, Capture, Question
from tests.support.ingestion import ingesting

SECRET = "kq7-f3v9-2xw4-secret-of-the-source"


class Talkative:
    name = "talkative"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def ask(self, question: Question, *, seconds: float) -> Answer:
        raise self._error


def job(error: Exception) -> Job[str]:
    return Job(
        name="fetch_odds",
        subjects=lambda: ("denver",),
        question=lambda place: Question("forecast", place, f"/forecast/{place}", {}),
        source=lambda _: Talkative(error),
        read=lambda _, __: Capture((), ()),
        store=lambda *_: Stored({}),
        measured={},
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            f"GET https://source.example?apiKey={SECRET}&page=1",
            "RuntimeError: GET https://source.example?apiKey=***&page=1",
        ),
        (f"the source was asked with {SECRET}", "RuntimeError: the source was asked with ***"),
        ("postgresql://pickvs:open-sesame@host/pickvs", "RuntimeError: postgresql://pickvs:***@host/pickvs"),
        ("one\n  two\0three", "RuntimeError: one two three"),
        ("x" * 2_000, "RuntimeError: " + "x" * 486),
    ],
)
def test_an_error_is_one_redacted_line(database: str, monkeypatch: pytest.MonkeyPatch, said: str, kept: str) -> None:
    hide(SECRET)
    with ingesting(database, monkeypatch) as around:
        with pytest.raises(IngestionFailed):
            run(job(RuntimeError(said)), None)
        [row] = around.runs()
    assert (row["status"], row["error_code"], row["error"]) == ("failed", "UNEXPECTED", kept)


def test_the_report_says_no_more_than_the_row(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ingesting(database, monkeypatch) as around:
        with pytest.raises(IngestionFailed) as caught:
            run(job(RuntimeError(f"token={SECRET}")), None)
        assert SECRET not in str(caught.value)
        assert SECRET not in str(around.runs())
