"""Daily fantasy on AWS: sources are asked by their terms alone, each by a function of its own."""

import pytest

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.settings.feeds import NON_COMMERCIAL, Feeds
from pickvs.dfs.slates.providers.config import slate_source
from pickvs.dfs.weather.config import weather_config
from pickvs.dfs.weather.rules import SOURCES
from tests.infra.assembly import Assembly
from tests.infra.permissions import permissions

pytestmark = pytest.mark.xdist_group("infra")

WHO = "ops@pickvs.example"


def test_no_source_is_asked_unless_a_stage_says_so() -> None:
    assert {name: (stage.feeds.weather, stage.feeds.slates) for name, stage in STAGES.items()} == {
        "local": (("nws", "open_meteo"), ("draftkings",)),
        "dev": ((), ()),
        "prod": ((), ()),
    }
    assert Feeds().weather_environment() == {"WEATHER_SOURCES": "none"}
    assert Feeds().slates_environment() == {"DFS_SLATE_SPORTS": "none"}


@pytest.mark.parametrize("terms", ["", "commercial", "Non-Commercial", "non-commercial "])
def test_what_is_free_for_non_commercial_use_is_for_stages_that_say_so(terms: str) -> None:
    with pytest.raises(DeploymentError, match=r"feeds\.weather_terms = 'non-commercial'"):
        Feeds(open_meteo=True, weather_terms=terms, contact=WHO)


def test_a_site_that_prohibits_automated_access_is_not_asked_without_its_permission() -> None:
    with pytest.raises(DeploymentError, match=r"feeds\.draftkings_permission"):
        Feeds(draftkings_sports=("NBA",), contact=WHO)
    with pytest.raises(DeploymentError, match="such as NBA"):
        Feeds(draftkings_sports=("nba",), draftkings_permission="a letter", contact=WHO)


@pytest.mark.parametrize("contact", ["", "two words", "a(b)", "x\r\nHost:y", "ab", "x" * 201])
def test_a_source_is_told_who_asks(contact: str) -> None:
    with pytest.raises(DeploymentError, match=r"feeds\.contact"):
        Feeds(nws=True, contact=contact)


def test_the_functions_understand_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = Feeds(
        nws=True,
        open_meteo=True,
        weather_terms=NON_COMMERCIAL,
        draftkings_sports=("NBA", "NFL"),
        draftkings_permission="a letter",
        contact=WHO,
    )
    for name, value in {**feeds.weather_environment(), **feeds.slates_environment()}.items():
        monkeypatch.setenv(name, value)
    weather, slates = weather_config(), slate_source()
    assert weather is not None
    assert slates is not None
    assert (tuple(weather.base_urls), weather.contact, weather.pace) == (SOURCES, WHO, 1)
    assert (slates.sports, slates.contact, slates.pace) == (("NBA", "NFL"), WHO, 1)
    assert (slates.lobby_url, slates.api_url) == ("https://www.draftkings.com", "https://api.draftkings.com")


def test_each_function_keeps_the_answers_of_its_own_sources(assembly: Assembly, furnished: Assembly) -> None:
    def keepers(of: Assembly, source: str) -> set[str]:
        return {each.who for each in permissions(of) if f"RawAnswersBucket/{source}/" in str(each.on)}

    own = {"nws": "fetch_weather", "open_meteo": "fetch_weather", "draftkings": "fetch_dfs_slates"}
    for source, function in {**own, "nba_report": "ingest_injuries"}.items():
        assert keepers(assembly, source) == set()
        assert keepers(furnished, source) == {function}
