"""Slates and sets of projections: stored as sources state them, shown, edited."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict, Invalid
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections.rules import MOST_SETS
from pickvs.dfs.slates.rules import GameFacts, SlateFacts
from pickvs.dfs.slates.service import StoredSlate, put_slate
from pickvs.sports.players.rules import player_name
from tests.support.database_roles import acting_as
from tests.support.dfs import MINUTE, NOW, TIP_OFF, Lounge, Made, slate_of
from tests.support.gateway import Answer, call
from tests.support.player_pools import made_pool


def facts(seed: int = 1, *, players: int = 20, external_id: str | None = None) -> SlateFacts:
    pool = made_pool(FORMATS["dk_nba_classic"], random.Random(seed), players=players, games=2)  # noqa: S311
    return slate_of(pool, external_id=external_id, seed=seed)


def put(stated: SlateFacts, user_id: int | None) -> StoredSlate:
    with acting_as("writer"), transaction() as connection:
        return put_slate(connection, stated, user_id=user_id, at=NOW)


def shown(lounge: Lounge, user: tuple[int, str], slate: int, **query: str) -> dict[str, Any]:
    answer = lounge.get(user, f"/dfs/slates/{slate}/players", "list_slate_players", **query)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def test_the_same_file_again_is_the_same_slate_with_what_it_says_now(lounge: Lounge) -> None:
    stated = facts()
    first = put(stated, lounge.ada[0])
    gone, dearer = stated.players[0], replace(stated.players[1], salary=stated.players[1].salary + 500, status="Q")
    again = replace(stated, players=(dearer, *stated.players[2:]))
    second = put(again, lounge.ada[0])
    assert (first.is_new, second.is_new, second.id) == (True, False, first.id)
    assert second.ids == first.ids
    players = {each["site_player_id"]: each for each in shown(lounge, lounge.ada, first.id, limit="100")["players"]}
    assert players[gone.site_player_id]["is_disabled"]
    assert (players[dearer.site_player_id]["salary"], players[dearer.site_player_id]["status"]) == (dearer.salary, "Q")
    assert lounge.get(lounge.ada, f"/dfs/slates/{first.id}", "get_slate").body["players"] == len(stated.players) - 1


def test_a_status_that_is_not_stated_stays(lounge: Lounge) -> None:
    stated = facts()
    hurt, well = (replace(each, status=status) for each, status in zip(stated.players, ("O", None), strict=False))
    slate = put(replace(stated, players=(hurt, well, *stated.players[2:])), lounge.ada[0]).id

    def status(said: str | None) -> str:
        put(replace(stated, players=(replace(hurt, status=said), *stated.players[1:])), lounge.ada[0])
        players = {each["site_player_id"]: each for each in shown(lounge, lounge.ada, slate, limit="100")["players"]}
        assert players[well.site_player_id]["status"] == ""
        return str(players[hurt.site_player_id]["status"])

    assert [status(None), status("Q"), status(None)] == ["O", "Q", "Q"]
    chosen = shown(lounge, lounge.ada, slate, status="Q")["players"]
    assert [each["site_player_id"] for each in chosen] == [hurt.site_player_id]
    assert status("") == ""
    assert shown(lounge, lounge.ada, slate, status="Q")["players"] == []


def test_a_slate_of_one_user_is_not_anothers(lounge: Lounge) -> None:
    stated = facts()
    slates = [put(stated, user_id).id for user_id in (lounge.ada[0], lounge.bob[0])]
    public = put(replace(stated, external_id="4711"), None).id
    assert len({*slates, public}) == 3
    for user, own in zip((lounge.ada, lounge.bob), slates, strict=True):
        listed = lounge.get(user, "/dfs/slates", "list_slates").body["slates"]
        assert {(each["id"], each["is_own"]) for each in listed} == {(own, True), (public, False)}
    with pytest.raises(ValueError, match="public slate"):
        put(facts(seed=9), None)
    with pytest.raises(ValueError, match="no format is called dk_chess"):
        put(replace(stated, format="dk_chess"), lounge.ada[0])


def test_players_of_two_slates_are_no_slate(lounge: Lounge) -> None:
    first, second = facts(seed=1), facts(seed=2)
    for each in (first, second):
        put(each, lounge.ada[0])
    mixed = replace(first, players=(*first.players, *second.players))
    with pytest.raises(Conflict) as refused:
        put(mixed, lounge.ada[0])
    assert refused.value.code == "WRONG_SLATE"


def test_what_makes_no_slate_is_refused_with_each_fault(lounge: Lounge) -> None:
    stated = facts()
    twice = (stated.players[0], *stated.players)
    strays = sum(player.game != stated.games[0].key for player in twice)
    with pytest.raises(Invalid) as refused:
        put(replace(stated, games=stated.games[:1], players=twice), lounge.ada[0])
    said = [each.message for each in refused.value.errors]
    assert f"The player {stated.players[0].site_player_id} is there twice." in said
    assert sum("which is no game of the slate" in each for each in said) == strays > 0


def test_games_lock_their_players_and_a_postponed_one_does_not(lounge: Lounge) -> None:
    stated = facts()
    slate = put(stated, lounge.ada[0]).id
    later = replace(stated.games[0], state="postponed"), stated.games[1]
    put(replace(stated, games=later), lounge.ada[0])
    with clock.held_at(TIP_OFF + 29 * MINUTE):
        answer = call("get_slate", "GET", f"/dfs/slates/{slate}", user=lounge.ada)
    assert answer.body["is_locked"] is False
    assert answer.body["starts_at"] == "2024-12-14T00:30:00Z"
    with clock.held_at(TIP_OFF + 30 * MINUTE):
        answer = call(
            "list_slate_players", "GET", f"/dfs/slates/{slate}/players", user=lounge.ada, query={"limit": "50"}
        )
    locked = {each["game"] for each in answer.body["players"] if each["is_locked"]}
    assert locked == {stated.games[1].key}
    # A file that does not say how far a game is leaves it as it was.
    put(stated, lounge.ada[0])
    states = lounge.rows("SELECT state FROM slate_games WHERE slate_id = %s ORDER BY key", slate)
    assert [row["state"] for row in states] == ["postponed", "scheduled"]


def test_slates_and_players_come_in_pages(lounge: Lounge) -> None:
    made = [put(facts(seed=seed), lounge.ada[0]).id for seed in range(1, 6)]
    found: list[int] = []
    query: dict[str, str] = {"limit": "2", "site": "draftkings"}
    while True:
        page = lounge.get(lounge.ada, "/dfs/slates", "list_slates", **query).body
        found += [each["id"] for each in page["slates"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == sorted(made, reverse=True)
    salaries, query = [], {"limit": "7"}
    while True:
        page = shown(lounge, lounge.ada, made[0], **query)
        salaries += [each["salary"] for each in page["players"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(salaries) == 20
    assert salaries == sorted(salaries, reverse=True)
    centres = shown(lounge, lounge.ada, made[0], position="C", limit="100")["players"]
    assert centres
    assert all("C" in each["positions"] for each in centres)


def edit(lounge: Lounge, made: Made, changes: Sequence[Mapping[str, Any]], **more: Any) -> Answer:
    body = {"slate_id": made.slate, "kind": "edited", "parent": made.projections, "changes": list(changes), **more}
    with clock.held_at(NOW):
        return call("create_projection_set", "POST", "/dfs/projection-sets", user=lounge.ada, body=body)


def points(lounge: Lounge, set_id: int) -> dict[int, dict[str, Any]]:
    answer = lounge.get(lounge.ada, f"/dfs/projection-sets/{set_id}", "get_projection_set", limit="100")
    return {each["player_id"]: each for each in answer.body["projections"]}


def test_an_edit_makes_another_set_and_leaves_the_first_as_it_is(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada, players=30)
    first, second = made.ids[:2]
    before = points(lounge, made.projections)
    answer = edit(
        lounge,
        made,
        [{"player_id": first, "points": 61.25}, {"player_id": second, "deviation": None, "ownership": 0.5}],
    )
    assert (answer.status, answer.body["version"], answer.body["parent"]) == (201, 2, made.projections)
    after = points(lounge, answer.body["id"])
    assert after[first] == before[first] | {"points": 61.25}
    assert after[second] == before[second] | {"deviation": None, "ownership": 0.5}
    assert {player: row for player, row in after.items() if player not in (first, second)} == {
        player: row for player, row in before.items() if player not in (first, second)
    }
    assert points(lounge, made.projections) == before
    listed = lounge.get(lounge.ada, "/dfs/projection-sets", "list_projection_sets", slate_id=str(made.slate)).body
    assert [each["id"] for each in listed["projection_sets"]] == [answer.body["id"], made.projections]


def test_an_edit_of_nobody_or_of_nothing_is_refused_by_its_place(lounge: Lounge) -> None:
    made, other = lounge.slate(lounge.ada, players=20), lounge.slate(lounge.ada, players=20, seed=2)
    wrong: list[dict[str, Any]] = [
        {"player_id": other.ids[0], "points": 1},
        {"player_id": made.ids[0], "points": 2},
        {"player_id": made.ids[0], "points": 3},
        {"player_id": made.ids[1], "points": None},
    ]
    refused = edit(lounge, made, wrong)
    assert [each["field"] for each in refused.body["errors"]] == [
        "changes[0].player_id",
        "changes[2].player_id",
        "changes[3].points",
    ]
    above = edit(lounge, made, [{"player_id": made.ids[0], "floor": 90, "ceiling": 10}])
    assert [each["field"] for each in above.body["errors"]] == ["changes[0].floor"]
    assert edit(lounge, made, wrong[1:2], parent=other.projections).body["code"] == "SET_OF_OTHER_SLATE"
    lounge.owner.execute("UPDATE slates SET user_id = %s WHERE id = %s", (lounge.bob[0], other.slate))
    assert edit(lounge, other, wrong[:1]).body["code"] == "SLATE_NOT_FOUND"


def test_nobody_fills_the_database_by_editing(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada, players=20)
    lounge.owner.execute(
        "INSERT INTO projection_sets (slate_id, user_id, version, kind, parameters, made_at)"
        " VALUES (%s, %s, %s, 'simulated', '{}', %s)",
        (made.slate, lounge.ada[0], MOST_SETS, NOW),
    )
    answer = edit(lounge, made, [{"player_id": made.ids[0], "points": 2}])
    assert (answer.status, answer.body["code"]) == (409, "TOO_MANY_SETS")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE projections SET points = points + 1",
        "UPDATE projection_sets SET kind = 'upload', upload_id = 1",
        "INSERT INTO projections SELECT set_id, slate_id + 1, slate_player_id, points FROM projections LIMIT 1",
        "UPDATE slate_players SET slate_id = slate_id + 1",
    ],
)
def test_what_was_projected_stays_as_it_was(lounge: Lounge, change: str) -> None:
    made = lounge.slate(lounge.ada, players=20)
    assert points(lounge, made.projections)[made.ids[0]]["points"] == float(made.pool.players[0].points or Decimal(0))
    with (
        acting_as("writer"),
        pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege)),
        transaction() as connection,
    ):
        connection.execute(change.encode())


def real(lounge: Lounge) -> SlateFacts:
    """A slate of two teams that are known, whose game is in the market, and of one that nobody knows."""
    stated = facts()
    first, second = stated.games
    named = {first.away: "GS", first.home: "BOS", second.away: "XXX", second.home: "LAL"}
    games = tuple(
        replace(game, away=named[game.away], home=named[game.home], key=f"{named[game.away]}@{named[game.home]}")
        for game in stated.games
    )
    keys = {old.key: new.key for old, new in zip(stated.games, games, strict=True)}
    players = tuple(
        replace(player, team=named[player.team], game=keys[player.game], name=f"Dončić Jr. {number}")
        for number, player in enumerate(stated.players)
    )
    return replace(stated, games=games, players=players)


def test_games_and_players_that_are_known_from_elsewhere_are_linked_and_nothing_is_guessed(lounge: Lounge) -> None:
    stated = real(lounge)
    celtics, warriors = (
        lounge.rows("SELECT id FROM teams WHERE sport = 'basketball_nba' AND key = %s", key)[0]["id"]
        for key in ("bos", "gsw")
    )
    # Two games of the teams: the one of that evening is meant, wherever a provider says that it is played.
    of_the_evening, _ = (
        lounge.rows(
            "INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,"
            " created_at, updated_at)"
            " VALUES ('basketball_nba', 'Golden State Warriors', 'Boston Celtics', %s, %s, %s, %s, %s, %s)"
            " RETURNING id",
            *(warriors, celtics, moment.date(), moment, NOW, NOW),
        )[0]["id"]
        for moment in (TIP_OFF + 90 * MINUTE, TIP_OFF + 60 * 24 * MINUTE)
    )
    warrior, celtic = (next(player for player in stated.players if player.team == team) for team in ("GS", "BOS"))
    for team, name, normal in (
        (warriors, "Doncic", warrior.name),
        (celtics, "A namesake", celtic.name),
        (celtics, "Another namesake", celtic.name),
    ):
        lounge.owner.execute(
            "INSERT INTO players (sport, name, normal, team_id, created_at, updated_at)"
            " VALUES ('basketball_nba', %s, %s, %s, %s, %s)",
            (name, player_name(normal), team, NOW, NOW),
        )
    stored = put(stated, lounge.ada[0])
    games = lounge.get(lounge.ada, f"/dfs/slates/{stored.id}", "get_slate").body["games"]
    assert {each["key"]: each["game_id"] for each in games} == {"GS@BOS": of_the_evening, "XXX@LAL": None}
    linked = lounge.rows("SELECT site_player_id FROM slate_players WHERE player_id IS NOT NULL")
    assert [row["site_player_id"] for row in linked] == [warrior.site_player_id]
    assert games[0]["total"] is None
    lounge.owner.execute(
        "INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)"
        " VALUES (%(game)s, 'total', 'over', 221.5, -110, 0.5, 9, %(at)s, %(at)s),"
        " (%(game)s, 'spread', 'home', -4.5, -110, 0.5, 9, %(at)s, %(at)s)",
        {"game": of_the_evening, "at": NOW},
    )
    [shown_game, _] = lounge.get(lounge.ada, f"/dfs/slates/{stored.id}", "get_slate").body["games"]
    assert (shown_game["total"], shown_game["home_spread"]) == (221.5, -4.5)
    assert shown_game["lines_at"] == NOW.isoformat().replace("+00:00", "Z")


def test_a_game_that_a_public_slate_names_no_more_locks_nobody_unless_it_has_begun(lounge: Lounge) -> None:
    made = lounge.slate(None)
    whole = slate_of(made.pool, external_id="draft group 1", seed=1)
    first, second, third = whole.games

    def told(*games: GameFacts, at: datetime) -> tuple[dict[str, str], datetime]:
        keys = {game.key for game in games}
        players = tuple(each for each in whole.players if each.game in keys)
        with clock.held_at(at), acting_as("writer"), transaction() as connection:
            put_slate(connection, replace(whole, games=games, players=players), user_id=None, at=at)
        states = {row["key"]: row["state"] for row in lounge.rows("SELECT key, state FROM slate_games")}
        [row] = lounge.rows("SELECT starts_at FROM slates")
        return states, row["starts_at"]

    stated = [replace(game, state="scheduled") for game in (first, second, third)]
    states, starts_at = told(*stated[1:], at=NOW)
    assert states == {first.key: "cancelled", second.key: "scheduled", third.key: "scheduled"}
    assert starts_at == second.starts_at, "the slate locks with the first game that is left"
    with clock.held_at(first.starts_at + MINUTE):
        answer = lounge.ask(lounge.ada, made, at=first.starts_at + MINUTE)
    assert answer.status == 202, answer.body
    states, starts_at = told(*stated, at=NOW + MINUTE)
    assert (states[first.key], starts_at) == ("scheduled", first.starts_at), "the site names it again"
    states, _ = told(*stated[1:], at=first.starts_at + MINUTE)
    assert states[first.key] == "scheduled", "who plays already is not let go by a list that is short"
    answer = lounge.ask(lounge.ada, made, at=first.starts_at + MINUTE)
    assert answer.body["code"] == "SLATE_LOCKED"
