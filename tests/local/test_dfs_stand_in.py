"""The files that the laptop cloud hands out are those of a site, without a fault."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from werkzeug.test import Client

from local import dfs_door
from local.dfs_slate import ENTRIES, GAMES, SOONEST, next_slate
from pickvs.dfs.files.entries import read_entries
from pickvs.dfs.files.names import Known
from pickvs.dfs.files.players import read_salaries
from pickvs.dfs.files.projections import read_projections

NOW = datetime(2026, 12, 1, 11, 16, 41, tzinfo=UTC)


def test_every_file_is_read_without_a_fault_and_they_agree() -> None:
    client = Client(dfs_door.beside(_api, lambda: NOW))
    listed = client.get(dfs_door.PAGE).get_json()
    salaries, projections, entries = (
        client.get(listed[name]).get_data() for name in ("salaries", "projections", "entries")
    )
    of_salaries = read_salaries(salaries)
    assert (of_salaries.report.problems, of_salaries.report.rejected) == ((), 0)
    assert len({player.game for player in of_salaries.players}) == GAMES
    of_entries = read_entries(entries, "draftkings")
    assert (of_entries.report.problems, len(of_entries.entries)) == ((), ENTRIES)
    assert [replace(each, line=0) for each in of_entries.players] == [
        replace(each, line=0) for each in of_salaries.players
    ]
    known = [
        Known(site_ids=(each.site_id,), name=each.name, team=each.team, salary=each.salary)
        for each in of_salaries.players
    ]
    of_projections = read_projections(projections, known)
    assert of_projections.report.problems == ()
    assert sorted(place for place, _ in of_projections.projections) == [*range(len(known))]


def test_the_first_game_begins_soon_and_the_next_slate_has_other_players() -> None:
    waits = [next_slate(NOW + timedelta(seconds=late)).starts_at - NOW - timedelta(seconds=late) for late in range(60)]
    assert min(waits) > SOONEST
    assert max(waits) <= SOONEST + timedelta(minutes=1)
    one, other = next_slate(NOW), next_slate(NOW + timedelta(minutes=1))
    assert {row.id for row in one.rows}.isdisjoint({row.id for row in other.rows})
    assert next_slate(NOW).salaries() == one.salaries()


def test_only_its_own_files_are_handed_out() -> None:
    client = Client(dfs_door.beside(_api, lambda: NOW))
    for path in ("/20260101T9999/salaries.csv", "/20260101T1200/secrets.csv", "/../x", "/"):
        assert client.get(dfs_door.PAGE + path).status_code == 404
    assert client.post(dfs_door.PAGE).status_code == 405
    assert client.get("/api/games").get_data() == b"the api"


def _api(_: object, start_response: object) -> list[bytes]:
    start_response("200 OK", [])  # type: ignore[operator]
    return [b"the api"]
