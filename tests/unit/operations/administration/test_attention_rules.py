"""Each kind of trouble has its advice, and its section of the runbook."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from cdk.alarms import alarms
from cdk.config import stage_config
from pickvs.operations.administration.attention.rules import (
    ADVICE,
    UNREADABLE_PERCENT,
    TroubleKind,
    stale_since,
    summary,
)
from pickvs.operations.administration.attention.service import RUNBOOK

DOCS = Path(__file__).parents[4] / "docs"
NOW = datetime(2024, 1, 11, 12, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


def runbook() -> str:
    return (DOCS.parent / RUNBOOK).read_text(encoding="utf-8")


def test_every_kind_has_advice() -> None:
    assert set(ADVICE) == set(get_args(TroubleKind.__value__))
    for advice in ADVICE.values():
        assert re.fullmatch(r"[A-Z][^\n]+\.", advice.action)


@pytest.mark.parametrize("kind", ADVICE)
def test_every_kind_names_a_section_of_the_runbook_that_exists(kind: TroubleKind) -> None:
    headings = re.findall(r"^#+ (.+)$", runbook(), re.MULTILINE)
    assert headings.count(ADVICE[kind].section) == 1


def test_the_runbook_lists_every_kind_with_its_section() -> None:
    listed = re.findall(r"^\| `(\w+)` \| [^|]+ \| \[([a-z-]+)\]\(#([a-z-]+)\) \|$", runbook(), re.MULTILINE)
    assert listed == [(kind, advice.section, advice.section) for kind, advice in ADVICE.items()]


def test_an_answer_is_as_unreadable_as_for_the_alarm() -> None:
    (alarm,) = (each for each in alarms(stage_config("dev")) if each.section == ADVICE["answers_unreadable"].section)
    assert alarm.threshold == UNREADABLE_PERCENT


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, (True, None)),
        (NOW - DAY, (False, NOW)),
        (NOW - DAY - INSTANT, (True, NOW - INSTANT)),
    ],
)
def test_data_is_stale_when_it_is_older_than_it_may_be(
    last: datetime | None, expected: tuple[bool, datetime | None]
) -> None:
    assert stale_since(last, DAY, NOW) == expected


def test_the_summary_counts_what_there_is() -> None:
    assert summary({}) == summary({"odds_stale": 0}) == "Nothing needs attention."
    assert summary({"odds_stale": 0, "team_names": 2, "runs_failed": 1}) == (
        "Needs attention: team names that are not known (2), runs that failed (1)."
    )
