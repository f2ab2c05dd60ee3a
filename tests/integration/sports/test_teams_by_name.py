"""Teams are found by any spelling, registered where the roster is open, and follow the reference data."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.markets.providers.espn import LEAGUES
from pickvs.markets.providers.espn_parsing import read_scoreboard
from pickvs.markets.providers.names import ESPN
from pickvs.sports.teams.reading import register_teams, teams_by_id, teams_named
from pickvs.sports.teams.reference import load_reference
from pickvs.sports.teams.rules import ReferenceDataError
from tests.support.databases import migrate

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATER = datetime(2027, 9, 1, tzinfo=UTC)
NBA, MLB, MLS, NCAAF = "basketball_nba", "baseball_mlb", "soccer_usa_mls", "americanfootball_ncaaf"
ODDS_API = "the_odds_api"
REFERENCE = Path(__file__).parents[3] / "functions" / "migrate" / "reference"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with connect(database) as made:
        yield made


def connect(url: str) -> psycopg.Connection[dict[str, Any]]:
    return psycopg.connect(url, row_factory=dict_row, autocommit=True)


def test_a_migrated_database_has_the_teams_and_every_spelling_finds_its_team(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    wanted = {
        NBA: {"Los Angeles Clippers": "LA Clippers|LAC|clippers|  los   ANGELES clippers ", "Utah Jazz": "Utah|UTA"},
        "icehockey_nhl": {"Montréal Canadiens": "Montreal Canadiens|MONTRÉAL|MTL", "St Louis Blues": "St. Louis Blues"},
        "soccer_epl": {"Brighton and Hove Albion": "Brighton & Hove Albion|Brighton"},
    }
    for sport, teams in wanted.items():
        for name, spellings in teams.items():
            found = teams_named(connection, sport, ODDS_API, [name, *spellings.split("|")])
            assert {team.name for team in found.values()} == {name}, found
            assert len(found) == 1 + len(spellings.split("|"))
    assert teams_named(connection, MLB, ODDS_API, ["New York", "Springfield Isotopes", "", "!?"]) == {}
    [suns] = teams_named(connection, NBA, "espn", ["PHX"]).values()
    assert suns.time_zone == ZoneInfo("America/Phoenix")
    assert teams_by_id(connection, [suns.id, suns.id, 10**9]) == {suns.id: suns}


def test_a_second_source_of_scores_names_every_team_in_play(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    """ESPN's displayName is the canonical name, but for these."""
    others = {
        NBA: {"LA Clippers": "Los Angeles Clippers"},
        "icehockey_nhl": {"Montreal Canadiens": "Montréal Canadiens", "St. Louis Blues": "St Louis Blues"},
    }
    listed = [row for row in rows("teams.csv") if row["listed"] == "yes"]
    for sport in LEAGUES:
        wanted = {row["name"]: row["name"] for row in listed if row["sport"] == sport} | others.get(sport, {})
        found = teams_named(connection, sport, ESPN, list(wanted))
        assert {name: found[name].name for name in wanted if name in found} == wanted


def test_every_name_in_the_recorded_scoreboards_is_known(
    connection: psycopg.Connection[dict[str, Any]], recordings: Path
) -> None:
    for name, sport in (
        ("espn_scoreboard_nba_states_2022", NBA),
        ("espn_scoreboard_nfl", "americanfootball_nfl"),
    ):
        body = gzip.decompress((recordings / "stats" / f"{name}.json.gz").read_bytes())
        fixtures = [item.fixture for item in read_scoreboard(body, sport).items]
        names = {team for fixture in fixtures for team in (fixture.home_team, fixture.away_team)}
        assert teams_named(connection, sport, ESPN, names).keys() == names


def test_every_row_of_the_reference_data_is_found_under_its_provider(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    names = {(row["sport"], row["key"]): row["name"] for row in rows("teams.csv")}
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows("team_aliases.csv"):
        wanted.setdefault((row["sport"], row["provider"]), {})[row["alias"]] = names[row["sport"], row["team"]]
    assert sum(map(len, wanted.values())) > 1_000
    for (sport, provider), aliases in wanted.items():
        found = teams_named(connection, sport, provider, aliases)
        assert {alias: team.name for alias, team in found.items()} == aliases


def test_the_providers_own_spelling_wins_over_that_of_any_and_the_canonical_name_over_both(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    ids = {team.name: team.id for team in teams_named(connection, NBA, ODDS_API, ["Hawks", "Celtics"]).values()}
    for provider, spelling, team in (
        ("any", "Birds", "Atlanta Hawks"),
        ("odd", "Birds", "Boston Celtics"),
        ("odd", "Atlanta Hawks", "Boston Celtics"),
    ):
        connection.execute(
            "INSERT INTO team_names (sport, provider, normal, name, team_id, origin, added_at)"
            " VALUES (%s, %s, %s, %s, %s, 'provider', %s)"
            " ON CONFLICT (sport, provider, normal) DO UPDATE SET team_id = excluded.team_id",
            (NBA, provider, spelling.replace(" ", "").lower(), spelling, ids[team], AT),
        )
    assert {
        name: team.name for name, team in teams_named(connection, NBA, "odd", ["birds", "atlanta hawks"]).items()
    } == {
        "birds": "Boston Celtics",
        "atlanta hawks": "Atlanta Hawks",
    }
    assert teams_named(connection, NBA, "even", ["birds"])["birds"].name == "Atlanta Hawks"


def test_an_open_roster_gets_each_new_team_once_and_a_closed_one_gets_none(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    names = ["Inter Miami CF", "inter miami c.f.", "Atlético San Luis", "…", "LA Galaxy"]
    made = register_teams(connection, MLS, ODDS_API, names, AT)
    assert made.keys() == set(names) - {"…"}
    assert made["Inter Miami CF"] == made["inter miami c.f."]
    assert made["Inter Miami CF"].name == "Inter Miami CF"
    assert made["LA Galaxy"].time_zone == ZoneInfo("America/New_York")
    assert register_teams(connection, MLS, "espn", ["ATLETICO SAN LUIS", "LA Galaxy"], LATER) == {
        "ATLETICO SAN LUIS": made["Atlético San Luis"],
        "LA Galaxy": made["LA Galaxy"],
    }
    assert register_teams(connection, NCAAF, ODDS_API, ["LA Galaxy"], AT)["LA Galaxy"] != made["LA Galaxy"]
    before = count(connection)
    assert register_teams(connection, NBA, ODDS_API, ["Springfield Isotopes", "Heat"], AT).keys() == {"Heat"}
    assert count(connection) == before


def test_two_that_register_the_same_names_at_once_get_the_same_teams(database: str) -> None:
    names = [f"College {number}" for number in range(200)]

    def register(order: Sequence[str]) -> dict[str, int]:
        with connect(database) as own, own.transaction():
            return {name: team.id for name, team in register_teams(own, NCAAF, ODDS_API, order, AT).items()}

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(register, (names, names[::-1]))
    assert first == second
    assert first.keys() == set(names)


@pytest.mark.parametrize("number", [1, 50])
def test_any_number_of_names_takes_the_same_statements(
    connection: psycopg.Connection[dict[str, Any]], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, *arguments: Any, **more: Any) -> Any:
        executed.append(arguments)
        return execute(cursor, *arguments, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    names = [f"Team {each}" for each in range(number)]
    made = register_teams(connection, MLS, ODDS_API, names, AT)
    assert (len(made), len(executed)) == (number, 3)
    teams_by_id(connection, [team.id for team in made.values()])
    assert len(executed) == 4


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count(connection: psycopg.Connection[dict[str, Any]]) -> tuple[int, int]:
    return tuple(  # type: ignore[return-value]
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()["count"] for table in ("teams", "team_names")
    )


def everything(connection: psycopg.Connection[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        row
        for table, order in (("teams", "id"), ("team_names", "sport, provider, normal"))
        for row in connection.execute(f"SELECT *, xmin::text FROM {table} ORDER BY {order}")
    ]


def write(folder: Path, teams: Sequence[str], aliases: Sequence[str] = ()) -> Path:
    heads = ("sport,key,name,short_name,abbreviation,city,time_zone,listed", "sport,team,provider,alias")
    for name, head, lines in zip(("teams.csv", "team_aliases.csv"), heads, (teams, aliases), strict=True):
        (folder / name).write_text("\n".join((head, *lines)) + "\n", "utf-8")
    return folder


def test_loading_again_writes_nothing(database: str, connection: psycopg.Connection[dict[str, Any]]) -> None:
    before = everything(connection)
    assert len(before) > 1_000
    migrate(database)
    assert everything(connection) == before


def test_every_deployment_loads_them_but_an_earlier_release_does_not(
    database: str, connection: psycopg.Connection[dict[str, Any]]
) -> None:
    whole = count(connection)
    connection.execute("DELETE FROM team_names")
    migrate(database)
    assert count(connection) == whole
    connection.execute("DELETE FROM team_names")
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    migrate(database)
    assert count(connection) == (whole[0], 0)


def test_a_team_that_is_renamed_keeps_its_id_and_one_that_goes_stays(
    connection: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    hawks, celtics = teams_named(connection, NBA, ODDS_API, ["Atlanta Hawks", "Boston Celtics"]).values()
    load_reference(
        connection, write(tmp_path, [f"{NBA},atl,Atlanta Falcons,Falcons,ATF,Atlanta,America/New_York,yes"]), LATER
    )
    names = ["Atlanta Falcons", "ATF", "Atlanta Hawks", "Hawks", "ATL", "Boston Celtics", "BOS"]
    found = teams_named(connection, NBA, ODDS_API, names)
    assert [found[name].id for name in names] == [hawks.id] * 5 + [celtics.id] * 2
    assert found["Hawks"].name == "Atlanta Falcons"
    listed = connection.execute("SELECT name FROM teams WHERE listed").fetchall()
    assert listed == [{"name": "Atlanta Falcons"}]
    # A franchise that takes the name of another team's past gets it.
    again = [
        f"{NBA},atl,Atlanta Falcons,Falcons,ATF,Atlanta,America/New_York,yes",
        f"{NBA},sea,Atlanta Hawks,Hawks,ATL,Seattle,America/Los_Angeles,yes",
    ]
    load_reference(connection, write(tmp_path, again), LATER)
    found = teams_named(connection, NBA, ODDS_API, ["Atlanta Hawks", "Hawks", "Falcons"])
    assert found["Atlanta Hawks"].id == found["Hawks"].id != hawks.id == found["Falcons"].id


def test_what_an_administrator_added_is_never_overwritten(
    connection: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    hawks, celtics = teams_named(connection, NBA, ODDS_API, ["Atlanta Hawks", "Boston Celtics"]).values()
    connection.execute(
        "INSERT INTO team_names (sport, provider, normal, name, team_id, origin, added_at)"
        " VALUES (%s, 'any', 'birds', 'Birds', %s, 'administrator', %s)",
        (NBA, celtics.id, AT),
    )
    teams = [f"{NBA},atl,Atlanta Hawks,Hawks,ATL,Atlanta,America/New_York,yes"]
    load_reference(connection, write(tmp_path, teams, [f"{NBA},atl,any,Birds"]), LATER)
    assert teams_named(connection, NBA, ODDS_API, ["birds"])["birds"] == celtics
    assert hawks.id != celtics.id


def test_a_team_that_a_provider_named_first_stays_itself_when_it_is_listed(
    connection: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    made = register_teams(connection, MLS, ODDS_API, ["LA Galaxy"], AT)["LA Galaxy"]
    load_reference(
        connection, write(tmp_path, [f"{MLS},la,L.A. Galaxy,Galaxy,LA,Carson,America/Los_Angeles,yes"]), LATER
    )
    found = teams_named(connection, MLS, ODDS_API, ["la galaxy", "Galaxy"])
    assert {team.id for team in found.values()} == {made.id}
    assert found["Galaxy"].time_zone == ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("teams", "aliases", "said"),
    [
        (["a,x,One,O,ONE,C,UTC,yes", "a,y,ONE!,P,TWO,D,UTC,yes"], [], "same key or name"),
        (["a,x,One,O,ONE,C,UTC,yes"], ["a,z,any,Uno"], "names no team 'z'"),
        (["a,x,One,O,ONE,C,UTC,yes"], ["a,x,any,!"], "names no team 'x'"),
        (["a,x,One,O,ONE,C,UTC,yes", "a,y,Two,P,TWO,D,UTC,yes"], ["a,x,any,Uno", "a,y,any,UNO"], "another team"),
        (["a,x,One,O,ONE,C,UTC,yes", "a,y,Two,P,TWO,D,UTC,yes"], ["a,x,espn,two"], "another team"),
    ],
)
def test_data_that_contradict_themselves_load_nothing(
    connection: psycopg.Connection[dict[str, Any]],
    tmp_path: Path,
    teams: list[str],
    aliases: list[str],
    said: str,
) -> None:
    before = everything(connection)
    with pytest.raises(ReferenceDataError, match=said):
        load_reference(connection, write(tmp_path, teams, aliases), LATER)
    assert everything(connection) == before
