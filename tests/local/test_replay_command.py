"""What a replay does to its surroundings: its folder, its settings, the sport and the teams of its platform."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cdk.settings.game_clock import GameClock
from local.__main__ import main
from local.errors import LaptopError
from local.replay.api import Answer, Api
from local.replay.command import OVERRIDES, check_sport, emptied, own_settings, teams_of
from local.settings import read_settings
from local.state import StateFolder

NBA, NHL, EPL = "basketball_nba", "icehockey_nhl", "soccer_epl"


def test_the_game_clock_is_that_of_a_deployed_stage() -> None:
    """The values are repeated, because a laptop cloud reads templates and not `cdk`."""
    deployed = GameClock().environment()
    assert {name: OVERRIDES[name] for name in deployed} == deployed


def test_a_replay_asks_its_own_provider_only(tmp_path: Path) -> None:
    found = read_settings({"ESPN_BASE_URL": "https://scores.example", "ODDS_API_KEY": "real"})
    own = own_settings(found, tmp_path, "http://127.0.0.1:1")
    assert own.espn_base_url is None
    assert own.odds_api_key != "real"
    assert replace(own, state=found.state, odds_api_key="real", odds_api_base_url=None) == replace(
        found, espn_base_url=None
    )


def test_a_folder_is_emptied_unless_a_replay_runs_in_it(tmp_path: Path) -> None:
    folder = emptied(tmp_path / "replays" / "x")
    kept = folder / "state" / "kept"
    running = StateFolder(folder / "state")
    running.open()
    kept.write_text("a database", encoding="utf-8")
    with pytest.raises(LaptopError, match="another laptop cloud"):
        emptied(folder)
    assert kept.exists()
    running.close()
    assert list(emptied(folder).iterdir()) == []
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(LaptopError):
        emptied(folder)


class Listing(Api):
    """An API with these sports and teams."""

    def __init__(self, sports: dict[str, str] | None, teams: list[dict[str, Any]] | None = None) -> None:
        super().__init__("http://127.0.0.1:1")
        self._sports = sports
        self._teams = teams or []

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str | None = None
    ) -> Answer:
        if path.startswith("/teams"):
            return Answer(200, {"teams": self._teams, "next_cursor": None})
        if self._sports is None:
            return Answer(500, {"code": "INTERNAL_ERROR"})
        return Answer(200, {"sports": [{"key": key, "moneyline": kind} for key, kind in self._sports.items()]})


def test_a_sport_that_cannot_be_replayed_is_refused() -> None:
    check_sport(Listing({NHL: "two_way"}), NHL)
    for sports, says in (({NBA: "two_way"}, "does not cover"), (None, "does not cover"), ({NHL: "three_way"}, "draws")):
        with pytest.raises(LaptopError, match=says):
            check_sport(Listing(sports), NHL)


def test_teams_are_those_of_the_sport_with_the_provider_s_spellings() -> None:
    def team(sport: str, name: str, **aliases: str) -> dict[str, Any]:
        spellings = [{"provider": provider, "name": spelled} for provider, spelled in aliases.items()]
        return {"sport": sport, "name": name, "time_zone": "America/New_York", "aliases": spellings}

    listing = Listing(
        None, [team(NBA, "A", the_odds_api="The A", espn="AA"), team(NBA, "B", any="Bs"), team(NHL, "C", any="Cs")]
    )
    zones, aliases = teams_of(listing, NBA)
    assert list(zones) == ["A", "B"]
    assert aliases == {"The A": "A", "Bs": "B"}


@pytest.mark.parametrize(
    "option", ["--speed=0", "--speed=-1", "--speed=nan", "--speed=inf", "--speed=fast", "--monthly-credits=-1"]
)
def test_options_that_cannot_be_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay", "cdk.out/local", "generated", option])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["2024", "--days=0"], ["2024", "--days=all"], ["this season"], []])
def test_a_season_of_tables_that_cannot_be_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay-predictions", "cdk.out/local", "tables", *arguments])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
