"""What a source says of players' health is recorded when it is news, and by the time at which it was known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.predictions.facts.reading import statuses_before
from pickvs.predictions.statistics.boxes.rules import Injury
from pickvs.predictions.statistics.config import stats_config
from pickvs.predictions.statistics.injuries import queries, service
from pickvs.predictions.statistics.injuries.service import ingest_injuries, record_injuries
from pickvs.predictions.statistics.providers import adapters
from tests.support.box_scores import AWAY, HOME, MadePlayer
from tests.support.statistics import AFTER, NBA, World

DAY = timedelta(days=1)


def hurt(name: str, status: Any = "out", *, number: int | None = None, reason: str | None = "Knee") -> Injury:
    return Injury(
        provider_id=None if number is None else str(4_000_000 + number),
        name=name,
        team=HOME,
        status=status,
        reason=reason,
        reported_at=AFTER,
    )


def record(*said: Injury, at: datetime, complete: bool = True) -> dict[str, int]:
    with transaction() as connection:
        return record_injuries(connection, NBA, "espn", said, at=at, run_id=None, whole=None if complete else ())


def known(at: datetime) -> dict[str, str]:
    with transaction() as connection:
        return {player: each.status for player, each in statuses_before(connection, NBA, at).items()}


def test_only_news_is_recorded_and_it_is_known_from_then_on(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    first, second = world.made.players[HOME][:2]
    at = AFTER + DAY
    assert record(hurt(first.name, number=first.number), hurt(second.name), at=at) == {
        "injuries": 2,
        "news": 2,
        "unknown_players": 0,
        "moves": 0,
    }
    assert record(hurt(first.name, number=first.number), hurt(second.name), at=at + DAY)["news"] == 0
    assert known(at) == {}
    assert sorted(known(at + timedelta(seconds=1)).values()) == ["out", "out"]
    # Who is named no more is well again; half an answer says nothing of those that it lacks.
    assert record(hurt(second.name, "questionable"), at=at + 2 * DAY, complete=False)["news"] == 1
    assert sorted(known(at + 3 * DAY).values()) == ["out", "questionable"]
    assert record(hurt(second.name, "questionable"), at=at + 4 * DAY)["news"] == 1
    assert sorted(known(at + 5 * DAY).values()) == ["available", "questionable"]
    assert sorted(known(at + 3 * DAY).values()) == ["out", "questionable"], "what was known stays known"


def test_a_list_of_some_teams_says_nothing_of_the_others(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    at = AFTER + DAY
    here, there = world.made.players[HOME][0], world.made.players[AWAY][0]
    away = replace(hurt(there.name), team=AWAY)

    def said(*hurt_players: Injury, of: tuple[str, ...], days: int) -> list[str]:
        with transaction() as connection:
            record_injuries(connection, NBA, "nba_report", hurt_players, at=at + days * DAY, run_id=None, whole=of)
        return sorted(known(at + (days + 1) * DAY).values())

    assert said(hurt(here.name), away, of=(HOME, AWAY), days=0) == ["out", "out"]
    assert said(of=(), days=1) == ["out", "out"], "nobody has reported: nobody has recovered"
    assert said(of=("Nowhere Nobodies",), days=2) == ["out", "out"]
    assert said(of=(AWAY,), days=3) == ["available", "out"]


def test_who_is_listed_with_another_team_since_his_last_game_has_gone_there(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    star = world.made.players[HOME][0]
    said = hurt(star.name, number=star.number)

    def listed_with(*teams: str, told: datetime, at: datetime) -> tuple[int, list[str]]:
        each = [replace(said, team=team, reported_at=told) for team in teams]
        moves = record(*each, at=at)["moves"]
        rows = world.db.execute(
            "SELECT team.name FROM player_teams JOIN teams team ON team.id = team_id"
            " JOIN player_aliases USING (player_id) WHERE provider_id = %s ORDER BY from_day",
            (said.provider_id,),
        )
        return moves, [row["name"] for row in rows]

    at = AFTER + 3 * DAY
    assert listed_with(AWAY, told=AFTER, at=AFTER + DAY) == (0, [HOME]), "the news is of the day of the game"
    assert listed_with(AWAY, HOME, told=at, at=at) == (0, [HOME]), "the list contradicts itself"
    assert listed_with("Nowhere Nobodies", told=at, at=at) == (0, [HOME])
    assert listed_with(AWAY, told=at - DAY, at=at) == (1, [HOME, AWAY])
    assert listed_with(AWAY, told=at - DAY, at=at + DAY) == (0, [HOME, AWAY])
    with transaction() as connection:
        [before, now] = [statuses_before(connection, NBA, when) for when in (at - DAY, at + DAY)]
        keys = {row["name"]: row["key"] for row in connection.execute("SELECT key, name FROM teams")}
    assert [each.team for each in before.values()] == [keys[HOME]]
    assert [each.team for each in now.values()] == [keys[AWAY]]


def test_a_name_alone_makes_no_player(world: World) -> None:
    assert record(hurt("Nobody Known", number=1), at=AFTER)["unknown_players"] == 1
    assert world.count("players") == 0


def test_a_report_of_tomorrow_was_known_today(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    first = world.made.players[HOME][0]
    early = datetime(2025, 11, 16, 3, 0, tzinfo=UTC)
    record(hurt(first.name, number=first.number), at=early)
    [row] = world.db.execute("SELECT reported_at, known_at FROM injury_statuses").fetchall()
    assert row["reported_at"] == row["known_at"] == early


def test_without_a_source_the_database_stays_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", NBA)
    monkeypatch.setenv("STATS_SOURCES", "none")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(service, "transaction", lambda **_: pytest.fail("a transaction was begun"))
    assert ingest_injuries() == []


def listed(players: list[MadePlayer]) -> dict[str, Any]:
    """Return an answer of ESPN by which these players of the home team are out."""
    out = [
        {
            "date": f"{AFTER:%Y-%m-%dT%H:%MZ}",
            "athlete": {
                "displayName": player.name,
                "links": [{"href": f"https://www.espn.com/nba/player/_/id/{4_000_000 + player.number}/x"}],
            },
            "type": {"name": "INJURY_STATUS_OUT"},
        }
        for player in players
    ]
    return {"injuries": [{"displayName": HOME, "injuries": out}]}


def test_a_list_cut_short_makes_nobody_well_until_it_stays_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.game(settled=world.made.score)
    world.ask()
    for name, value in (("ODDS_API_SPORTS", NBA), ("STATS_SOURCES", "espn"), ("STATS_CONTACT", "ops@pickvs.example")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STATS_ESPN_URL", "http://nowhere")
    monkeypatch.setattr(queries, "plays_on", lambda *_: True)
    espn = adapters.injury_adapter("espn", stats_config())
    object.__setattr__(espn, "source", world.espn)
    monkeypatch.setattr(service, "injury_adapter", lambda *_: espn)
    players = world.made.players[HOME]

    def hear(named: int, at: datetime) -> tuple[int, list[str]]:
        world.espn.by_path["injuries"] = listed(players[:named])
        with clock.held_at(at):
            [report] = ingest_injuries()
        assert (report["status"], report["counts"]["injuries"]) == ("succeeded", named)
        return report["counts"]["news"], [part["reason"] for part in report["skipped"]]

    first = AFTER + DAY
    assert hear(8, first) == (8, ["nobody is taken for recovered: no list of the last 7 days to compare with"])
    assert hear(6, first + DAY) == (2, [])
    short = "nobody is taken for recovered: a list of 1, after one of {} within 7 days"
    assert hear(1, first + 2 * DAY) == (0, [short.format(8)])
    assert hear(1, first + 3 * DAY) == (0, [short.format(8)])
    assert sorted(known(first + 4 * DAY).values()) == 2 * ["available"] + 6 * ["out"]
    assert hear(1, first + 8 * DAY) == (0, [short.format(6)])
    assert hear(1, first + 9 * DAY) == (5, [])
