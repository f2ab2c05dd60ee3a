"""Tables of games and of box scores: what is read, what is refused, and that nothing goes without being counted."""

import gzip
import random
from datetime import date
from pathlib import Path

import pytest

from pickvs.predictions.facts.rules import Line
from pickvs.predictions.leagues.players import player_league
from tools.backtest import seasons
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import COLUMNS, GamesTable, parse_games, read_games
from tools.backtest.generated import SCALES, League, games_text, players_text
from tools.backtest.players_table import PlayersTable, parse_players, read_players

NBA = "basketball_nba"
SMALL = League(sport=NBA, teams=6, games=12, seasons=3)
GAMES = games_text(SMALL)
PLAYERS = players_text(SMALL, player_league(NBA))


def games(*rows: str, sport: str = NBA) -> GamesTable:
    """Return the table of rows in the order of COLUMNS, behind one that is right."""
    right = "2011,2010-10-26,False,mia,bos,80,88,home,2.5,186,110,-130"
    return parse_games("\n".join([",".join(COLUMNS), right, *rows]), sport, "a table")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2011,2010-10-27,False,mia,mia,80,88,home,2,186,110,-130", "a team plays itself"),
        ("2011,2010-10-27,False,,mia,80,88,home,2,186,110,-130", "a team is missing"),
        ("2011,2010-10-27,False,a,b,,88,home,2,186,110,-130", "a score is missing"),
        ("2011,2010-10-27,False,a,b,x,88,home,2,186,110,-130", "a score is not a number"),
        ("2011,2010-10-27,False,a,b,nan,88,home,2,186,110,-130", "a score is not a number"),
        ("2011,2010-10-27,False,a,b,80.5,88,home,2,186,110,-130", "a score is not a whole number"),
        ("2011,2010-10-27,False,a,b,-1,88,home,2,186,110,-130", "a score is below zero"),
        ("2011,2010-10-27,False,a,b,80,880,home,2,186,110,-130", "a score above 400"),
        ("2011,2010-10-27,False,a,b,88,88,home,2,186,110,-130", "a tie, in a sport that has none"),
        ("2011,2014-10-27,False,a,b,80,88,home,2,186,110,-130", "the date is not in the season"),
        ("2011,27/10/2010,False,a,b,80,88,home,2,186,110,-130", "the date is not a date"),
        ("2011,,False,a,b,80,88,home,2,186,110,-130", "the date is missing"),
        ("x,2010-10-27,False,a,b,80,88,home,2,186,110,-130", "the season is not a number"),
        ("2011,2010-10-27,maybe,a,b,80,88,home,2,186,110,-130", "playoffs is neither True nor False"),
        ("2011,2010-10-27", "a team is missing"),
        ("2011,2010-10-26,False,mia,bos,80,88,home,2.5,186,110,-130", "a game that is there already"),
    ],
)
def test_a_row_that_is_no_game_is_counted_with_its_reason(row: str, reason: str) -> None:
    table = games(row)
    assert len(table.games) == 1
    assert dict(table.unused.counts) == {reason: 1}
    assert table.unused.rows == 2


def test_of_games_that_contradict_each_other_none_is_used() -> None:
    table = games(
        "2011,2010-10-26,False,bos,mia,88,80,away,2.5,186,-130,110",  # the same game, at the other's
        "2011,2010-10-28,False,a,b,80,88,home,2,186,110,-130",
        "2011,2010-10-28,False,a,c,80,88,home,2,186,110,-130",
        "2011,2010-10-29,False,d,e,80,88,home,2,186,110,-130",
    )
    assert [game.result.fixture.home for game in table.games] == ["e"]
    assert dict(table.unused.counts) == {
        "two rows of one game that contradict each other": 2,
        "a team that plays twice on one day": 2,
    }
    double = games(*["2011,2011-04-05,False,a,b,3,4,home,1.5,8.5,110,-130"] * 2, sport="baseball_mlb")
    assert len(double.games) == 1  # the season of 2010 is none of baseball's 2011
    assert dict(double.unused.counts) == {"the date is not in the season": 1, "a game that is there already": 1}


@pytest.mark.parametrize(
    ("market", "line", "reasons"),
    [
        ("home,4.5,200,150,-170", Line(spread=-4.5, total=200, home_moneyline=-170, away_moneyline=150), []),
        ("away,4.5,200,-170.0,150", Line(spread=4.5, total=200, home_moneyline=150, away_moneyline=-170), []),
        (",pk,200,-110,-110", Line(spread=0, total=200, home_moneyline=-110, away_moneyline=-110), []),
        ("home,NL,200,,", Line(total=200), ["the spread is missing", "home moneyline is missing", "away moneyline"]),
        (",,,,", None, ["the spread is missing", "the total is missing", "home moneyline", "away moneyline"]),
        ("home,-4.5,200,150,-170", Line(total=200, home_moneyline=-170, away_moneyline=150), ["below zero"]),
        ("?,4.5,200,150,-170", Line(total=200, home_moneyline=-170, away_moneyline=150), ["no favourite"]),
        ("home,200,4.5,150,-170", Line(home_moneyline=-170, away_moneyline=150), ["not smaller than the total"]),
        ("home,4.5,0,150,-170", Line(spread=-4.5, home_moneyline=-170, away_moneyline=150), ["not above zero"]),
        ("home,4.5,2e300,150,-170", Line(spread=-4.5, home_moneyline=-170, away_moneyline=150), ["total is above 800"]),
        ("home,450,200,150,-170", Line(total=200, home_moneyline=-170, away_moneyline=150), ["spread is above 400"]),
        ("home,4.5,200,150,-99", Line(spread=-4.5, total=200, away_moneyline=150), ["no American odds"]),
        ("home,4.5,200,150,170", Line(spread=-4.5, total=200), ["margin outside"]),
        ("home,4.5,200,-300,-300", Line(spread=-4.5, total=200), ["margin outside"]),
    ],
)
def test_a_line_keeps_the_numbers_that_it_can_have(market: str, line: Line | None, reasons: list[str]) -> None:
    table = games(f"2011,2010-10-27,False,a,b,80,88,{market}")
    assert table.games[1].line == line
    assert len(table.unused.counts) == len(reasons)
    for reason in reasons:
        assert [text for text in table.unused.counts if reason in text and text.startswith("game used without it")]


def test_a_team_whose_name_may_be_misspelt_is_named() -> None:
    table = parse_games(GAMES.replace(",t02,", ",tO2,", 1), NBA, "a table")
    assert (len(table.teams), table.rare_teams) == (7, ["to2"])
    assert table.teams["t01"] == 3 * SMALL.games
    assert parse_games(GAMES, NBA, "a table").rare_teams == []


def test_known_faults_are_put_right_and_known_places_are_neutral() -> None:
    table = games(
        "2013,2012-12-26,False,ny,phx,95,95,home,2.0,195,105,-125",
        "2020,2020-08-01,False,a,b,95,99,home,2.0,195,105,-125",
        "2020,2020-01-01,False,a,b,95,99,home,2.0,195,105,-125",
    )
    by_day = {game.result.fixture.day: game.result for game in table.games}
    assert (by_day[date(2012, 12, 26)].away_points, by_day[date(2012, 12, 26)].home_points) == (99, 97)
    assert len(table.repaired) == 1
    assert by_day[date(2020, 8, 1)].fixture.is_neutral
    assert not by_day[date(2020, 1, 1)].fixture.is_neutral


def test_a_date_in_another_season_is_found_by_what_most_games_say() -> None:
    played = [(1, date(2010, 10, day)) for day in range(1, 20)] + [(2, date(2011, 9, day)) for day in range(1, 20)]
    spans = seasons.spans([*played, (2, date(2010, 10, 3)), (1, date(2011, 9, 12))])
    assert spans == {1: (date.min, date(2011, 9, 1)), 2: (date(2011, 9, 1), date.max)}


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_in_any_order_of_its_rows_and_columns(tmp_path: Path, *, packed: bool) -> None:
    header, *rows = GAMES.splitlines()
    random.Random(4).shuffle(rows)  # noqa: S311
    order = random.Random(5).sample(range(len(COLUMNS)), len(COLUMNS))  # noqa: S311
    lines = ["﻿" + ",".join([*(header.split(",")[place] for place in order), "more"])]
    lines += [",".join([*(row.split(",")[place] for place in order), "x"]) for row in rows]
    text = "\r\n".join(lines).encode()
    path = tmp_path / "games.csv"
    path.write_bytes(gzip.compress(text) if packed else text)
    table, plain = read_games(path, NBA), parse_games(GAMES, NBA, "generated")
    assert table.games == plain.games
    assert not table.unused.counts
    assert [day.day for day in table.days] == sorted({game.result.fixture.day for game in table.games})
    assert sum(len(day.closing_lines) for day in table.days) == len(table.games)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no file"),
        (b"", "is empty"),
        (b"season,date\n2011,2010-10-26\n", "has no column playoffs, away"),
        (GAMES.splitlines()[0].encode() + b"\n", "has a header and no rows"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (GAMES.replace("t02", '"t02', 1).encode(), "is no CSV table from line [0-9]+ on"),
        (GAMES.replace("t02", '"t02', 1).replace("t03", 't"03').encode(), "is no CSV table from line [0-9]+ on"),
        (",".join([*COLUMNS, "season"]).encode() + b"\n1,2\n", "has more than one column season"),
        (b"\x1f\x8bnothing", "cannot be read"),
        (",".join(COLUMNS).encode() + b"\n2011,2010-10-27,False,a,a,1,2,home,2,186,110,-130\n", "a team plays itself"),
    ],
)
def test_a_file_without_games_is_refused_in_one_line(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "games.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BacktestError, match=told) as refused:
        read_games(path, NBA)
    assert "\n" not in str(refused.value)
    assert str(path.name) in str(refused.value)


@pytest.mark.parametrize("sport", SCALES)
def test_the_generated_league_is_the_same_each_time_and_wholly_usable(sport: str) -> None:
    league = League(sport=sport, teams=6, games=12, seasons=2)
    text = games_text(league)
    assert text == games_text(league)
    assert text != games_text(League(sport=sport, teams=6, games=12, seasons=2, seed=2))
    table = parse_games(text, sport, "generated")
    assert len(table.games) == 2 * 6 * 12 / 2
    box_scores = parse_players(players_text(league, player_league(sport)), sport, "generated")
    assert box_scores.lines == 6 * 12 * 9
    assert not box_scores.unused.counts


def players(change: dict[str, str], *, every: bool = False) -> PlayersTable:
    """Return the generated box scores with the first row, or all, changed."""
    header, *rows = PLAYERS.splitlines()
    columns = header.split(",")
    changed = []
    for place, row in enumerate(rows):
        cells = dict(zip(columns, row.split(","), strict=True))
        changed.append(",".join({**cells, **(change if every or place == 0 else {})}.values()))
    return parse_players("\n".join([header, *changed]), NBA, "a table")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PTS": "70"}, "points that the shots do not make"),
        ({"FGM": "60"}, "more field goals made than field goals attempted"),
        ({"AST": "-1"}, "a count is below zero"),
        ({"AST": "1e30"}, "a count above 999"),
        ({"AST": ""}, "AST is missing"),
        ({"MIN": "480"}, "a time played outside 0 to 70 minutes"),
        ({"MIN": "a while"}, "the time played is not a number"),
        ({"MATCHUP": "t99 vs. t98"}, "the matchup does not name the player's team and its opponent"),
        ({"PLAYER_ID": ""}, "PLAYER_ID is missing"),
        ({"GAME_DATE": "2001-01-01"}, "the date is not in the season"),
        ({"SEASON_ID": "12022"}, "an exhibition game"),
    ],
)
def test_a_line_that_cannot_be_is_counted_with_its_reason(change: dict[str, str], reason: str) -> None:
    table, whole = players(change), players({})
    assert dict(table.unused.counts) == {reason: 1}
    assert table.lines == whole.lines - 1


def test_box_scores_are_the_same_in_any_order_of_their_rows() -> None:
    header, *rows = PLAYERS.splitlines()
    random.Random(6).shuffle(rows)  # noqa: S311
    assert parse_players("\n".join([header, *rows]), NBA, "a table").days == players({}).days


def test_a_game_that_is_none_is_not_used() -> None:
    changed = players({"GAME_ID": "somewhere else"})
    assert dict(changed.unused.counts) == {"a game without just two teams, one of them at home": 1}
    with pytest.raises(BacktestError, match="no usable game"):
        players({"TEAM_ABBREVIATION": "t01", "MATCHUP": "t01 vs. t02"}, every=True)


@pytest.mark.parametrize(("text", "seconds"), [("34", 2040), ("34.5", 2070), ("34:30", 2070), ("PT34M30.00S", 2070)])
def test_the_time_played_is_read_in_each_of_its_forms(text: str, seconds: int) -> None:
    before, after = (
        {(line.game, line.player): line.seconds for day in table.days for line in day.player_lines}
        for table in (players({}), players({"MIN": text}))
    )
    assert {after[key] for key in after if after[key] != before[key]} == {seconds}


def test_results_of_box_scores_are_their_sums() -> None:
    table = players({})
    for day in table.days:
        for result in day.results:
            lines = [line for line in day.player_lines if line.game == result.fixture.game]
            assert result.home_points == sum(line.statistics["points"] for line in lines if line.is_home)
            assert {line.team for line in lines} == {result.fixture.home, result.fixture.away}
    assert table.seasons == (2022,)


def test_a_sport_without_players_or_games_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BacktestError, match="no player of soccer_epl"):
        read_players(tmp_path / "any.csv", "soccer_epl")
    with pytest.raises(BacktestError, match="no sport"):
        parse_games(GAMES, "chess", "a table")
