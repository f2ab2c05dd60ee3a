"""A second source of scores is asked where a stage says so, and never without a contact."""

from dataclasses import fields, replace

import pytest

from cdk.alarms import alarms
from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.settings.scores_sources import ScoresSources
from pickvs.markets.providers.config import EspnConfig, espn_config
from tests.infra.assembly import Assembly
from tests.infra.permissions import permissions

pytestmark = pytest.mark.xdist_group("infra")

ON = ScoresSources(espn=True, contact="ops@pickvs.example")


def test_it_is_off_unless_a_stage_turns_it_on() -> None:
    assert {name: stage.scores_sources.espn for name, stage in STAGES.items()} == {
        "local": True,
        "dev": False,
        "prod": False,
    }
    assert {field.name: field.default for field in fields(ScoresSources)}["espn"] is False


@pytest.mark.parametrize("contact", ["", "two words", "a(b)", "x\r\nHost:y", "ü@pickvs.example", "ab", "x" * 201])
def test_a_source_is_told_who_asks(contact: str) -> None:
    with pytest.raises(DeploymentError, match="scores_sources"):
        ScoresSources(espn=True, contact=contact)


def test_the_function_reads_what_the_stage_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ON.environment().items():
        monkeypatch.setenv(name, value)
    assert espn_config() == EspnConfig("https://site.api.espn.com", "ops@pickvs.example")
    for name, value in ScoresSources().environment().items():
        monkeypatch.setenv(name, value)
    assert espn_config() is None


def test_only_who_asks_the_source_may_keep_its_answers(assembly: Assembly, furnished: Assembly) -> None:
    def keepers(of: Assembly) -> set[str]:
        return {each.who for each in permissions(of) if "/espn/" in str(each.on)}

    assert keepers(assembly) == set()
    # Box scores and injuries come from the same provider.
    assert keepers(furnished) == {"process_results", "ingest_stats", "ingest_injuries"}


def test_a_source_that_is_off_rings_where_it_is_asked() -> None:
    def rings(sources: ScoresSources) -> bool:
        return "sources-off" in {each.name for each in alarms(replace(STAGES["prod"], scores_sources=sources))}

    assert rings(ON)
    assert not rings(ScoresSources())
