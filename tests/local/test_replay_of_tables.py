"""A season of tables: what is read, where its lines come from, what its stand-in tells, and what the checks find."""

import gzip
import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from local.errors import LaptopError
from local.espn_door import Line
from local.replay import forecast_checks
from local.replay.forecast_checks import Outcome
from local.replay.forecast_figures import Figures, Published, figures, gap
from local.replay.oracle import consensus
from local.replay.slates import CHECKED_EVERY, Times, checks
from local.replay.table_espn import FIRST_ID, TableEspn
from local.replay.table_season import BOOKS, TableSeason, recordings_near
from local.replay.tables import LEAGUE_ZONE, TableGame, TableLine, Tables, read_tables
from pickvs.predictions.board.rules import Entry, standings
from pickvs.predictions.distributions.rules import Joint, Student
from pickvs.predictions.measures.rules import brier, log_loss
from pickvs.predictions.statistics.boxes.rules import reasons_against
from pickvs.predictions.statistics.providers import espn_parsing
from tests.support.tables import FIRST, YEAR, write_tables

NBA = "basketball_nba"
DAYS, A_DAY = 5, 4
UNTIL_MORNING = timedelta(hours=14)
"""From a tip-off to the next morning."""


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tables")
    assert write_tables(made, DAYS, A_DAY) == DAYS * A_DAY
    return made


@pytest.fixture(scope="module")
def tables(folder: Path) -> Tables:
    return read_tables(folder, YEAR)


@pytest.fixture(scope="module")
def season(tables: Tables) -> TableSeason:
    return TableSeason("x", tables.games, [])


def test_a_line_is_that_of_the_table_where_it_has_the_game(season: TableSeason) -> None:
    assert season.lines.sources == {"the table of games": DAYS * A_DAY / 2, "a stand-in bookmaker": DAYS * A_DAY / 2}
    for offer in season.offers(season.begins + timedelta(hours=3)):
        game, quotes = season.games[offer.fixture.id], consensus(offer)
        assert {market for market, _ in quotes} == {"moneyline", "spread", "total"}
        if game.line is not None:
            assert quotes["spread", "home"].line == game.line.spread
            assert quotes["total", "over"].line == game.line.total
            assert (quotes["moneyline", "home"].price, quotes["moneyline", "away"].price) == game.line.moneylines


def test_the_stand_in_bookmaker_knows_earlier_days_only(tables: Tables) -> None:
    without = [replace(game, line=None) for game in tables.games]
    day = FIRST + timedelta(days=2)

    def after(game: TableGame) -> TableGame:
        return replace(game, points=game.points[::-1]) if game.day >= day else game

    here, there = TableSeason("x", without, []), TableSeason("x", list(map(after, without)), [])
    for game in without:
        same = here.lines.bookmakers[game.id] == there.lines.bookmakers[game.id]
        assert same or game.day > day
    last = without[-1].id
    assert here.lines.bookmakers[last] != there.lines.bookmakers[last], "it learns from results"


def recorded(game: TableGame, *, home: str, away: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an event of recorded odds and of recorded scores. The sides may be another source's."""
    points = dict(zip(game.teams, game.points, strict=True))
    starts = f"{game.tip_off + timedelta(minutes=40):%Y-%m-%dT%H:%M:%SZ}"
    event = {
        "id": f"{int(game.id):032x}",
        "sport_key": NBA,
        "sport_title": "NBA",
        "commence_time": starts,
        "home_team": home,
        "away_team": away,
    }
    prices = [{"name": home, "price": -150}, {"name": away, "price": 130}]
    books = [{"key": book, "title": book, "markets": [{"key": "h2h", "outcomes": prices}]} for book in BOOKS]
    known = {name: points.get(name, points[game.teams[1]]) for name in (home, away)}
    scores = [{"name": name, "score": str(scored)} for name, scored in known.items()]
    return {**event, "bookmakers": books}, {**event, "completed": True, "scores": scores}


def test_recorded_odds_are_found_by_day_and_score_under_another_spelling(tables: Tables, tmp_path: Path) -> None:
    games = [replace(game, line=None) for game in tables.games]
    told = [recorded(game, home=game.teams[0], away=f"The {game.teams[1]}") for game in games]
    folder = tmp_path / "odds_api"
    folder.mkdir()
    answers = [
        {"timestamp": f"{day}T12:00:00Z", "data": [odds for odds, _ in told[place * A_DAY : (place + 1) * A_DAY]]}
        for place, day in enumerate(sorted({game.day for game in games}))
    ]
    for part, lines in (("odds", answers), ("scores", [scores for _, scores in told])):
        (folder / f"s_{part}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "tables").mkdir()
    season = TableSeason("x", games, recordings_near(tmp_path / "tables"))
    assert season.lines.sources == {"recorded odds": len(games)}
    for game in games:
        [home, away] = season.lines.bookmakers[game.id][0]["markets"][0]["outcomes"]
        assert (home["name"], away["name"], home["price"]) == (*game.teams, -150)


def test_the_stand_in_tells_a_box_score_once_the_game_is_over(season: TableSeason) -> None:
    clock = Clock(season.begins)
    client = Client(TableEspn(season, now=clock.now))
    base = "/apis/site/v2/sports/basketball/nba/"
    game = next(iter(season.games.values()))
    read = 0
    for clock.moment, state in (
        (game.tip_off - timedelta(minutes=1), "scheduled"),
        (game.tip_off + timedelta(hours=1), "under_way"),
        (game.tip_off + timedelta(hours=3), "final"),
    ):
        day = client.get(f"{base}scoreboard", query_string={"dates": f"{game.day:%Y%m%d}"})
        told = espn_parsing.read_schedule(day.data, NBA)
        assert (told.skipped, {each.state for each in told.items}) == ((), {state})
        assert {each.season for each in told.items} == {YEAR - 1}
        for each in told.items:
            box = espn_parsing.read_box_score(
                client.get(f"{base}summary", query_string={"event": each.provider_id}).data, NBA
            )
            assert bool(box.items) == (state == "final")
            for item in box.items:
                own = next(one for one in season.games.values() if one.teams == (item.home.team, item.away.team))
                assert reasons_against(item, own.points) == []
                read += 1
    assert read == A_DAY
    assert client.get(f"{base}summary", query_string={"event": str(FIRST_ID - 1)}).status_code == 404
    assert espn_parsing.read_schedule(client.get(f"{base}scoreboard?dates=20200101").data, NBA).items == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("vs.", "and"), "no box score"),
        (lambda text: text.replace("22023", "12023"), "no box score"),
        (lambda text: text.replace("PTS", "POINTS"), "no table of box scores"),
        (lambda text: text.partition("\n")[0], "no box score"),
    ],
)
def test_tables_without_a_season_are_refused(tmp_path: Path, change: Callable[[str], str], says: str) -> None:
    write_tables(tmp_path, 1, 2)
    text = gzip.decompress((tmp_path / "player_logs.csv.gz").read_bytes()).decode()
    (tmp_path / "player_logs.csv.gz").unlink()
    (tmp_path / "games.csv").unlink()
    (tmp_path / "player_logs.csv").write_text(change(text), encoding="utf-8")
    with pytest.raises(LaptopError, match=says):
        read_tables(tmp_path, YEAR)
    with pytest.raises(LaptopError, match="cannot be looked for"):
        read_tables(tmp_path / "nowhere", YEAR)


def test_a_game_that_is_no_game_is_left_out_and_counted(folder: Path, tmp_path: Path) -> None:
    text = gzip.decompress((folder / "player_logs.csv.gz").read_bytes()).decode()
    broken = text.replace(",0022300002,", ",0022300001,")  # two games under one id
    (tmp_path / "logs.csv").write_text(broken, encoding="utf-8")
    found = read_tables(tmp_path, YEAR)
    assert len(found.games) == DAYS * A_DAY - 2
    assert list(found.unused) == ["a game without just two teams, one of them at home"]
    (tmp_path / "logs.csv").write_text(text.replace("2023-10-24", "24 October", 1), encoding="utf-8")
    found = read_tables(tmp_path, YEAR)
    assert len(found.games) == DAYS * A_DAY - 1
    assert list(found.unused) == ["a game with a row that cannot be read"]


@pytest.mark.parametrize(
    ("spread", "favoured", "expected"),
    [("4.5", "home", -4.5), ("4.5", "away", 4.5), ("pk", "home", 0.0), ("0", "away", 0.0), ("", "home", None)],
)
def test_a_spread_is_what_the_home_team_is_given(
    folder: Path, tmp_path: Path, spread: str, favoured: str, expected: float | None
) -> None:
    (tmp_path / "logs.csv.gz").write_bytes((folder / "player_logs.csv.gz").read_bytes())
    game = read_tables(folder, YEAR).games[0]
    row = f"{game.day},{game.points[1]},{game.points[0]},{favoured},{spread},220.5,-110,-110"
    header = "date,score_away,score_home,whos_favored,spread,total,moneyline_away,moneyline_home"
    (tmp_path / "games.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    line = read_tables(tmp_path, YEAR).games[0].line
    assert line == TableLine(spread=expected, total=220.5, moneylines=(-110, -110))


def published(chance: random.Random, game: int) -> Published:
    law = Joint(
        margin_mean=chance.gauss(2, 6),
        total_mean=chance.gauss(225, 8),
        shape=Student(margin_sd=13.0, margin_df=14.0, total_sd=18.0, weights=(0.0, 0.9, 1.1)),
    )
    home = chance.randint(80, 140)
    away = chance.choice([each for each in range(80, 140) if each != home])
    return Published(game, "no-market", law.win(), law.to_json(), (home, away))


def entry(forecast: Published) -> Entry:
    law, won = Joint.from_json(forecast.distribution or {}), forecast.home_won
    return Entry(
        game=int(str(forecast.game)),
        home_win=forecast.home_win,
        home_won=won,
        log_loss=log_loss(forecast.home_win, happened=won),
        brier=brier(forecast.home_win, happened=won),
        margin_crps=law.margin.crps(forecast.points[0] - forecast.points[1]),
        total_crps=law.total.crps(sum(forecast.points)),
        inside_80=0.0,
        close_home_win=None,
        close_log_loss=None,
        bet=None,
        bet_price=None,
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_the_platform(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable draws
    forecasts = [published(chance, game) for game in range(60)]
    ours = figures(forecasts)
    theirs = standings({"a": [entry(each) for each in forecasts]})["a"]
    assert theirs.log_loss is not None
    assert ours.log_loss == pytest.approx(theirs.log_loss.value)
    for name in ("games", "brier", "accuracy", "ece", "bias", "margin_crps", "total_crps"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name)), name
    assert ours.slope == pytest.approx(theirs.slope, abs=1e-6)
    half = [replace(each, home_win=0.5) for each in forecasts[:30]]
    assert gap(forecasts, half) == pytest.approx(figures(forecasts[:30]).log_loss - math.log(2))
    assert gap(forecasts, []) is None
    assert math.isnan(figures([each for each in forecasts if each.home_won]).slope)


def row(wanted: Figures) -> dict[str, Any]:
    return {
        "games": wanted.games,
        "log_loss": {"value": round(wanted.log_loss, 6)},
        **{
            name: round(getattr(wanted, name), 5)
            for name in ("brier", "accuracy", "ece", "bias", "slope", "margin_crps", "total_crps")
        },
    }


@pytest.mark.parametrize("name", ["games", "log_loss", "brier", "ece", "slope", "margin_crps"])
def test_a_figure_that_differs_is_found(name: str) -> None:
    chance = random.Random(5)  # noqa: S311 - repeatable draws
    wanted = figures([published(chance, game) for game in range(40)])
    shown = row(wanted)
    assert forecast_checks._differences(shown, wanted) == []
    moved = {"value": shown[name]["value"] + 0.01} if name == "log_loss" else shown[name] + (name == "games") + 0.01
    assert len(forecast_checks._differences({**shown, name: moved}, wanted)) == 1
    assert len(forecast_checks._differences({**shown, name: None}, wanted)) == 1


def lines_of(season: TableSeason) -> list[tuple[Any, ...]]:
    """Return what the database would hold of every player."""

    def held(line: Line) -> tuple[int, dict[str, int]]:
        counts = dict(line.counts or {})
        return counts.pop("seconds"), counts

    return [
        (game.day, game.teams[0], side == 0, line.athlete.id, *held(line))
        for game in season.games.values()
        for side, box in enumerate(game.boxes)
        for line in box
    ]


def checked(season: TableSeason, lines: list[tuple[Any, ...]]) -> Outcome:
    found = Outcome()
    settled = {(game.day, game.teams[0]): game.points for game in season.games.values()}
    forecast_checks._check_box_scores(found, season, {}, lines, settled)
    return found


def test_a_box_score_that_differs_is_found(season: TableSeason) -> None:
    lines = lines_of(season)
    assert checked(season, lines).disagreements == []
    assert checked(season, lines).box_scores == len(lines)
    assert len(checked(season, lines[1:]).disagreements) >= 1
    first, stats = lines[0], dict(lines[0][-1])
    more = [(*first[:-1], {**stats, "points": stats["points"] + 1}), *lines[1:]]
    assert len(checked(season, more).disagreements) == 2, "the line differs, and the sum is not the score"
    longer = [(*first[:-2], first[-2] + 60, stats), *lines[1:]]
    assert len(checked(season, longer).disagreements) == 1
    assert len(checked(season, [*lines, (*first[:3], "stranger", 60, dict.fromkeys(stats, 0))]).disagreements) == 1


def test_a_game_without_a_forecast_is_found(season: TableSeason) -> None:
    points = {(game.day, game.teams[0]): game.points for game in season.games.values()}
    forecasts = [
        Published(key, name, 0.5, None, score) for key, score in points.items() for name in forecast_checks.CONTESTANTS
    ]
    found = Outcome()
    forecast_checks._check_complete(found, points, forecasts)
    assert (found.complete, found.disagreements) == (len(points), [])
    forecast_checks._check_complete(found, points, forecasts[1:])
    assert len(found.disagreements) == 1


def test_times_that_have_come_together_are_one() -> None:
    begins = datetime(2024, 1, 1, tzinfo=UTC)
    clock, acted = Clock(begins), []
    times = [begins + timedelta(days=number) for number in (3, 1, 2, 1)]
    source = Times(clock, times, lambda: acted.append(clock.moment))  # type: ignore[arg-type]
    assert source.next_due() == begins + timedelta(days=1)
    clock.moment = begins + timedelta(days=2)
    source.fire_due()
    assert (acted, source.next_due()) == ([clock.moment], begins + timedelta(days=3))
    tip_offs = [datetime.combine(date(2024, 1, day), datetime.min.time(), LEAGUE_ZONE) for day in (1, 30)]
    ends = tip_offs[-1] + timedelta(days=1)
    times = checks(tip_offs, ends)
    assert times[-1] == ends
    assert all(later - earlier <= CHECKED_EVERY for earlier, later in pairwise([tip_offs[0] + UNTIL_MORNING, *times]))
