"""Fantasy on AWS: sources are asked by their terms alone, and whoever waits too long rings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cdk import watched
from cdk.alarms import alarms
from cdk.config import STAGES, StageConfig
from cdk.errors import DeploymentError
from cdk.fantasy_alarms import DRAFT_OVERDUE, RESULT_WAITS, REVIEW_WAITS
from cdk.settings.fantasy import NON_COMMERCIAL, Fantasy
from pickvs.fantasy.collecting.config import RaceSources, race_sources
from pickvs.fantasy.troubles import rules
from tests.infra.assembly import Assembly
from tests.infra.happenings import BROKEN_AT, Happening, lived
from tests.infra.permissions import permissions

pytestmark = pytest.mark.xdist_group("infra")

ON = Fantasy(jolpica=True, f1db=True, provider_terms=NON_COMMERCIAL, contact="ops@pickvs.example")
PLAYED: StageConfig = replace(STAGES["prod"], fantasy=ON)
HOURS = timedelta(hours=1)


def test_no_source_of_races_is_asked_unless_a_stage_says_so() -> None:
    assert {name: stage.fantasy.names for name, stage in STAGES.items()} == {
        "local": ("jolpica", "f1db"),
        "dev": (),
        "prod": (),
    }
    assert Fantasy().environment() == {"FANTASY_SOURCES": "none"}


@pytest.mark.parametrize("terms", ["", "commercial", "Non-Commercial", "non-commercial "])
def test_data_for_non_commercial_use_is_for_stages_that_say_so(terms: str) -> None:
    with pytest.raises(DeploymentError, match=r"fantasy\.provider_terms = 'non-commercial'"):
        Fantasy(jolpica=True, provider_terms=terms, contact="ops@pickvs.example")


@pytest.mark.parametrize("contact", ["", "two words", "a(b)", "x\r\nHost:y", "ü@pickvs.example", "ab", "x" * 201])
def test_a_source_is_told_who_asks(contact: str) -> None:
    with pytest.raises(DeploymentError, match=r"fantasy\.contact"):
        Fantasy(jolpica=True, provider_terms=NON_COMMERCIAL, contact=contact)


def test_a_second_opinion_needs_a_first_one() -> None:
    with pytest.raises(DeploymentError, match=r"fantasy\.f1db needs fantasy\.jolpica"):
        Fantasy(f1db=True, contact="ops@pickvs.example")


def test_the_function_reads_what_the_stage_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ON.environment().items():
        monkeypatch.setenv(name, value)
    assert race_sources() == RaceSources(
        places={"jolpica": "first", "f1db": "second"},
        base_urls={"jolpica": "https://api.jolpi.ca", "f1db": "https://api.github.com/repos/f1db/f1db"},
        contact="ops@pickvs.example",
        pace=1.0,
    )
    monkeypatch.setenv("FANTASY_SOURCES", Fantasy().environment()["FANTASY_SOURCES"])
    assert race_sources() is None


def test_somebody_ends_the_turns() -> None:
    with pytest.raises(DeploymentError, match="ticks_at_once"):
        Fantasy(ticks_at_once=0)


def test_only_who_asks_the_sources_may_keep_their_answers(assembly: Assembly, furnished: Assembly) -> None:
    def keepers(of: Assembly, source: str) -> set[str]:
        return {each.who for each in permissions(of) if f"/{source}/" in str(each.on)}

    for source in ON.names:
        assert keepers(assembly, source) == set()
        assert keepers(furnished, source) == {"collect_f1"}


def test_administrators_are_shown_what_has_rung() -> None:
    assert (DRAFT_OVERDUE, RESULT_WAITS) == (rules.DRAFT_OVERDUE, rules.RESULT_WAITS)


def _measured(metric: str, waited: timedelta, by: str = "measure") -> Callable[[Happening], None]:
    def change(run: Happening) -> None:
        if run.job == by:
            run.measure(metric, waited.total_seconds())

    return change


def _not_collected(run: Happening) -> None:
    if run.job == "collect_f1":
        for minutes in (0, 15):
            failed = watched.measured(run.config, "FailedRuns", "Sum", job="jolpica_races")
            run.metrics.put(failed, run.at + timedelta(minutes=minutes), 1)


def _ticks_late(run: Happening) -> None:
    # The next alarm wakes it as soon as anything else is due, so it is seen at any hour.
    if run.job == "measure":
        run.measure("TickLateness", (DRAFT_OVERDUE + timedelta(seconds=1)).total_seconds())


@pytest.mark.parametrize(
    ("change", "rings", "within"),
    [
        (_measured("DraftOverdue", DRAFT_OVERDUE + timedelta(seconds=1)), "drafts-late", HOURS / 4),
        (_ticks_late, "drafts-late", HOURS / 4),
        (_measured("FantasyReviewAge", REVIEW_WAITS + timedelta(minutes=1)), "races-wait", 2 * HOURS),
        (_measured("ProvisionalResultAge", RESULT_WAITS + timedelta(minutes=1)), "races-wait", 2 * HOURS),
        (_not_collected, "races-not-collected", 36 * HOURS),
    ],
    ids=["a draft waits", "a tick comes late", "a question waits", "a result waits", "no source answers"],
)
def test_what_waits_too_long_rings_in_time(change: Callable[[Happening], None], rings: str, within: timedelta) -> None:
    rung = lived(PLAYED, change)
    assert set(rung) == {rings}
    assert min(rung.values()) >= BROKEN_AT
    assert max(rung.values()) <= BROKEN_AT + within


def test_nothing_rings_while_races_are_as_they_should_be() -> None:
    assert lived(PLAYED) == {}


def test_a_stage_without_races_pays_for_no_alarm_on_them() -> None:
    more = {each.name for each in alarms(PLAYED)} - {each.name for each in alarms(STAGES["prod"])}
    assert more == {"drafts-late", "races-wait", "races-not-collected"}
