"""The report's figures against a league whose truth is known, and the command from its words to its page."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pickvs.predictions.distributions.rules import Joint, Student
from pickvs.predictions.facts.rules import Day, Fixture, Line, PlayerLine, Result
from pickvs.predictions.gate.rules import Outcome
from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.training import players as training
from tools.backtest import __main__ as command
from tools.backtest import (
    bars,
    betting,
    figures,
    games_report,
    market_report,
    players_report,
    players_walk,
    recalibration,
)
from tools.backtest.bars import State
from tools.backtest.charts import line_chart, ticks
from tools.backtest.games_table import Game, parse_games
from tools.backtest.generated import League, games_text, players_text
from tools.backtest.rows import NO_MARKET, PAST_LINES, WITH_LINE, Row, seen
from tools.backtest.sections import Section, Table, as_page, as_text
from tools.backtest.tables import Unused

pytestmark = pytest.mark.xdist_group("report of forecasts")

NBA = "basketball_nba"
SHAPE = Student(margin_sd=12, margin_df=15, total_sd=17, weights=(0.0,))


def season(year: int, *, games: int = 150, seed: int = 1) -> list[Row]:
    """Return a season. The market knows the true margin; no-market knows half of it, past-lines three quarters."""
    chance = random.Random(f"{seed} {year}")  # noqa: S311
    rows = []
    for number in range(games):
        truth = chance.gauss(2.5, 6)
        margin = round(chance.gauss(truth, 12)) or 1
        total = max(abs(margin), round(chance.gauss(210, 17)))
        total += (total - margin) % 2
        fixture = Fixture(
            game=1000 * year + number,
            sport=NBA,
            season=year - 1,
            day=date(year - 1, 11, 1) + timedelta(days=number // 5),
            home="a",
            away="b",
            is_playoff=number >= 0.95 * games,
        )
        line = Line(spread=-round(2 * truth) / 2, total=210, home_moneyline=None, away_moneyline=None)
        fair = Joint(margin_mean=truth, total_mean=210, shape=SHAPE).win()
        prices = [round(-100 * p / (1 - p)) if p >= 0.5 else round(100 * (1 - p) / p) for p in (fair, 1 - fair)]
        prices = [price if price > 0 else price - 8 for price in prices]  # the market's margin
        line = replace(line, home_moneyline=prices[0], away_moneyline=prices[1])
        points = (total + margin) // 2
        game = Game(
            result=Result(fixture=fixture, home_points=points, away_points=points - margin), line=line, year=year
        )
        known = {NO_MARKET: 2.5 + (truth - 2.5) / 2, PAST_LINES: 2.5 + (truth - 2.5) * 0.75, WITH_LINE: truth}
        variants = {
            name: seen(Joint(margin_mean=mean, total_mean=210, shape=SHAPE), game) for name, mean in known.items()
        }
        rows.append(
            Row(
                game=game,
                elo=Joint(margin_mean=0.3 * truth, total_mean=210, shape=SHAPE).win(),
                elo_recalibrated=0.55,
                market=fair,
                spread=fair,
                market_margin=-(line.spread or 0),
                is_early=number < 30,
                seen=variants,
                challenger=variants[NO_MARKET],
            )
        )
    return rows


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for year in range(2011, 2024) for row in season(year)]


def test_who_knows_more_is_better_by_what_he_knows_more(rows: list[Row]) -> None:
    judged = {each.name: each for each in figures.judgements(rows)}
    losses = [judged[name].scores.log_loss.value for name in (figures.MARKET, PAST_LINES, NO_MARKET, figures.ELO)]
    assert losses == sorted(losses)
    gap = judged[NO_MARKET].to_market
    assert gap is not None
    assert gap.value == pytest.approx(losses[2] - losses[0])
    assert gap.value > 2 * gap.error
    # Whoever hears less of the truth is too timid, not overconfident: his slope is above one.
    slopes = [judged[name].slope or 0 for name in (WITH_LINE, PAST_LINES, NO_MARKET)]
    assert slopes == sorted(slopes)
    assert slopes[0] == pytest.approx(1, abs=0.15)
    errors = {each.name: each for each in figures.distances(rows)}
    margins = [errors[name].margin.value for name in ("market", PAST_LINES, NO_MARKET) if errors[name].margin]
    assert len(margins) == 3
    assert margins == sorted(margins)
    shape = next(each for each in figures.shapes(rows) if each.name == WITH_LINE)
    assert all(abs(held - promise) < 0.03 for promise, held in shape.margin_cover.items())


def test_betting_against_who_knows_more_loses_more_than_luck_does(rows: list[Row]) -> None:
    brought = betting.profits(rows, NO_MARKET)
    for market in ("spread at -110", "recorded moneyline"):
        counts = [each.bets for each in brought[market]]
        assert counts == sorted(counts, reverse=True)
        low, high = brought[market][0].band()
        assert brought[market][0].luck_mean < 0
        assert low < high
    assert brought["spread at -110"][0].units < 0
    told = market_report.edges_in_words(brought)
    assert told is not None
    assert re.search(r"edges (loses|did not lose everywhere)", told)
    assert f"{brought['spread at -110'][0].bets:,} staked" in told
    at_line = betting.covering(rows, NO_MARKET, 0, market="covers")
    knowing = betting.covering(rows, WITH_LINE, 0, market="covers")
    assert at_line is not None
    assert knowing is not None
    assert at_line.log_loss > 0.6931 > knowing.log_loss - 0.003
    assert at_line.count == sum(row.game.result.margin + (row.line.spread or 0) != 0 for row in rows)
    assert betting.covering([], NO_MARKET, 0, market="covers") is None


def test_the_words_say_what_the_figures_do(rows: list[Row]) -> None:
    plain = games_report.beside_the_market(rows, figures.MARKET)
    assert plain is not None
    assert plain.startswith("The no-market model does not beat the market: its log loss is ")
    leaking = [
        replace(row, seen={**row.seen, NO_MARKET: replace(row.seen[NO_MARKET], win=0.9 if row.has_won else 0.1)})
        for row in rows[:400]
    ]
    told = games_report.beside_the_market(leaking, figures.MARKET)
    assert told is not None
    assert "look for leakage" in told
    found = {bar.name: bar.state for bar in bars.game_bars(leaking, NBA)}
    assert State.MET not in found.values()
    assert games_report.beside_the_market([replace(row, market=None) for row in rows[:9]], figures.MARKET) is None


def test_bars_hold_on_their_own_seasons_and_sport_alone(monkeypatch: pytest.MonkeyPatch, rows: list[Row]) -> None:
    few = {bar.state for bar in bars.game_bars(rows, NBA)}
    assert few == {State.NOT_APPLICABLE}
    monkeypatch.setattr(bars, "PRICED", len(rows))
    monkeypatch.setattr(bars, "MANY", len(rows))
    every = bars.game_bars(rows, NBA)
    judged = {bar.name: bar.state for bar in every if bar.state is not State.NOT_APPLICABLE}
    assert all("seasons 2024 and 2025" in bar.name for bar in every if bar.state is State.NOT_APPLICABLE)
    assert judged["no-market, log loss"] is State.MISSED
    assert judged["with-line, log loss less the market's"] is State.MET
    assert judged["no-market, total MAE"] in {State.MET, State.SUSPICIOUS}
    assert {bar.state for bar in bars.game_bars(rows, "basketball_wnba")} == {State.NOT_APPLICABLE}
    later = [row for year in (2024, 2025) for row in season(year)]
    held_out = [bar for bar in bars.game_bars(later, NBA) if "seasons 2024 and 2025" in bar.name]
    assert State.NOT_APPLICABLE not in {bar.state for bar in held_out}
    with_half = bars.game_bars(season(2024), NBA)
    assert {bar.state for bar in with_half} == {State.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("found", "state"),
    [(0.61, State.MET), (0.6116, State.MET), (0.61161, State.MISSED), (0.59, State.SUSPICIOUS)],
)
def test_a_bar_says_on_which_side_a_figure_is(found: float, state: State) -> None:
    assert bars.at_most("loss", found, 0.6116, suspicious=0.6).state is state
    assert bars.between("slope", found, 0.6, 0.6116).state is (State.MET if 0.6 <= found <= 0.6116 else State.MISSED)


def test_a_yardstick_is_fitted_on_earlier_seasons_alone(rows: list[Row]) -> None:
    games = [row.game for row in rows[:450]]
    x: Sequence[float | None] = [row.market_margin for row in rows[:450]]
    found = recalibration.by_season(games, x)
    assert found[:150] == [None] * 150
    assert None not in found[150:]
    changed = [
        replace(game, result=replace(game.result, home_points=0, away_points=1)) if game.year == 2013 else game
        for game in games
    ]
    assert recalibration.by_season(changed, x) == found


def test_the_gate_hears_of_the_challenger_of_the_last_two_seasons(rows: list[Row]) -> None:
    verdict = market_report.challenger_verdict(rows)
    assert verdict is not None
    assert verdict.outcome is Outcome.STAYS
    assert verdict.difference.count == 300
    assert market_report.challenger_verdict([replace(row, challenger=None) for row in rows]) is None


class Tags(HTMLParser):
    """Counts what opens and closes, and keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.words: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in {"meta"}:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_page_and_text_say_the_same_and_names_cannot_break_the_page() -> None:
    evil = '<script>alert("1")</script> & co'
    table = Table(title=evil, header=["a", "b"], rows=[[evil, "1"], ["x", "-0.5"]], marked=["met", "missed"])
    sections = [Section(title=evil, verdict=[evil], words=[evil], tables=[table])]
    page, text = as_page(evil, sections), as_text(sections)
    tags = Tags()
    tags.feed(page)
    assert not tags.opened
    assert "script" not in re.findall(r"<(\w+)", page)
    for cell in ("x", "-0.5", evil):
        assert cell in text
        assert cell in tags.words


def test_ticks_are_round_and_hold_what_is_drawn() -> None:
    chance = random.Random(3)  # noqa: S311
    for _ in range(300):
        low = chance.uniform(-1, 1) * 10 ** chance.randint(-4, 4)
        high = low + abs(chance.gauss(0, 1)) * 10 ** chance.randint(-4, 4)
        marks = ticks(low, high)
        assert marks[0] <= low + 1e-9
        assert marks[-1] >= high - 1e-9 * max(1, abs(high))
        assert 2 <= len(marks) <= 9
    with pytest.raises(ValueError, match="needs a point"):
        line_chart("nothing", {"a": []}, x_title="", y_title="")


def test_the_command_makes_tables_and_page_of_a_small_league(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "backtest.html"
    small = ["--teams", "8", "--games-each", "24", "--seasons", "4", "--page", str(page), "--challengers", "none"]
    small += ["--players", "none"]
    assert command.main(small) == 0
    printed = capsys.readouterr().out
    for title in (
        "Leakage check: the features of",
        "Probability of a home win",
        "Mean absolute error",
        "Gap to the market by season",
        "Bars of games",
    ):
        assert title in printed
    tags = Tags()
    tags.feed(page.read_text(encoding="utf-8"))
    assert not tags.opened
    assert not tags.asked  # nothing is fetched: the page is whole
    shown = "".join(tags.words)
    for line in (line for line in printed.splitlines() if line.startswith("The no-market model ")):
        assert line in shown
    charts = re.findall(r"<svg.*?</svg>", page.read_text(encoding="utf-8"), re.DOTALL)
    titles = [ElementTree.fromstring(chart).findtext("{http://www.w3.org/2000/svg}title") for chart in charts]  # noqa: S314
    for title in ("no-market", "Log loss by season", "Gap to the market, cumulated", "PIT of the margin, no-market"):
        assert title in titles
    assert [title for title in titles if title and title.startswith("no-market: recorded moneyline")]


def test_a_table_without_any_line_is_judged_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, *rows = games_text(League(sport=NBA, teams=6, games=24, seasons=3)).splitlines()
    games = tmp_path / "games.csv"
    games.write_text("\n".join([header, *(f"{row.rsplit(',', 5)[0]},,,,," for row in rows)]), encoding="utf-8")
    wishes = ["--games", str(games), "--page", str(tmp_path / "page.html"), "--challengers", "none"]
    assert command.main(wishes) == 0
    printed = capsys.readouterr().out
    assert "none has usable moneylines" in printed
    assert "no variant reads lines" in printed
    assert "beat the market" not in printed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--games", "{folder}/none.csv"], "there is no file"),
        (["--games", "{games}", "--from", "2023", "--to", "2022"], "TO=2022 is before FROM=2023"),
        (["--games", "{games}", "--from", "2030"], "TO=2023 is before FROM=2030"),
        (["--games", "{games}", "--from", "2030", "--to", "2031"], "seasons 2021 to 2023, and none from 2030"),
        (["--games", "{games}", "--from", "2022"], "no past to forecast it from"),
        (["--games", "{games}", "--sport", "soccer_epl"], "no game of soccer_epl is forecast"),
        (["--sport", "chess"], "no league of chess is generated"),
        (["--players", "{games}"], "has no column SEASON_ID"),
        (["--games", "{games}", "--page", "{folder}/no/where.html", "--challengers", "none"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    games = tmp_path / "games.csv"
    games.write_text(games_text(League(sport=NBA, teams=6, games=24, seasons=3)), encoding="utf-8")
    arguments = [word.format(folder=tmp_path, games=games) for word in words]
    assert command.main(arguments) == 2
    errors = capsys.readouterr().err.splitlines()
    assert errors[-1].startswith("pickvs: ")
    assert told in errors[-1]


def test_a_table_of_one_season_has_no_past() -> None:
    table = parse_games(games_text(League(sport=NBA, teams=6, games=10, seasons=1)), NBA, "generated")
    with pytest.raises(command.BacktestError, match="no past"):
        command.span(table.years, None, None, 0)


def box_scores(seasons: Sequence[int]) -> list[Day]:
    """Return a game a day from the second of October on, 180 days a season, of one player each."""
    days = []
    for year in seasons:
        for number in range(180):
            when = date(year, 10, 2) + timedelta(days=number)
            fixture = Fixture(game=number, sport=NBA, season=year, day=when, home="a", away="b")
            line = PlayerLine(
                game=number, player="p", team="a", opponent="b", is_home=True, seconds=60, statistics={"points": 1}
            )
            days.append(
                Day(day=when, results=(Result(fixture=fixture, home_points=1, away_points=0),), player_lines=(line,))
            )
    return days


def test_players_are_tested_on_what_comes_after_what_they_are_trained_on() -> None:
    assert players_walk.border(box_scores([2020])) == (date(2021, 1, 1), False)
    assert players_walk.border(box_scores([2020])[:10]) == (date(2020, 10, 8), False)
    assert players_walk.border(box_scores([2020, 2021])) == (date(2021, 10, 2), True)
    with pytest.raises(command.BacktestError, match="single day"):
        players_walk.border(box_scores([2020])[:1])


def test_players_are_judged_by_the_models_own_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The ridge alone stands in for the trees, which take a minute."""
    real = training.train
    monkeypatch.setattr(training, "train", lambda rows, _=None: real(rows, training.LINEAR))
    source = players_walk.Source(NBA, league=League(sport=NBA, teams=4, games=30, seasons=1))
    found = players_walk.judge(source)
    assert found.trained + found.tested == found.lines == 4 * 30 * 9
    assert found.years == (2023,)
    points = found.statistics["points"]
    assert points.crps["model"] == pytest.approx(points.crps["ridge"])
    # Players have rates that do not change, so that a season's average is hard to beat and the last five is easy.
    assert points.mae["mean"] < points.mae["last 5"]
    assert all(abs(held - promise) < 0.1 for promise, held in points.cover.items())
    few = tmp_path / "few.csv"
    few.write_text(players_text(League(sport=NBA, teams=4, games=4, seasons=1), player_league(NBA)), encoding="utf-8")
    with pytest.raises(command.BacktestError, match=r"few.csv: .* too few to train on"):
        players_walk.judge(players_walk.Source(NBA, path=few))


def players_found(*, gain: float, cover: float, held_out: bool) -> players_walk.PlayersFound:
    mae = {players_report.EWMA: 1.0, players_report.MEDIAN: 0.98}
    each = players_walk.Statistic(
        mae=mae,
        regular_mae=mae,
        crps={"model": 1 - gain, "EWMA + NB": 1.0},
        gain=gain,
        gain_error=0.001,
        gain_past=gain,
        cover={0.5: cover, 0.8: 0.8, 0.9: 0.9},
    )
    return players_walk.PlayersFound(
        sport=NBA,
        name="a table",
        years=(2024,),
        border=date(2024, 2, 1),
        held_out=held_out,
        trained=15_000,
        tested=11_000,
        regular=8_000,
        statistics=dict.fromkeys(("minutes", "points", "rebounds", "assists"), each),
        unused=Unused(),
        lines=26_000,
    )


def test_the_bars_of_players_hold_where_they_apply() -> None:
    found = {
        bar.name: bar.state for bar in players_report.player_bars(players_found(gain=0.03, cover=0.54, held_out=True))
    }
    assert found["minutes, CRPS less than EWMA + NB"] is State.MISSED
    assert found["points, CRPS less than EWMA + NB"] is State.MET
    assert found["points, median's error less than EWMA 6, whole season"] is State.MET
    assert found["assists, median's error less than EWMA 6, whole season"] is State.MISSED
    assert found["minutes, cover of 50%"] is State.MET
    assert found["points, cover of 50%"] is State.MISSED
    one = players_found(gain=0.03, cover=0.5, held_out=False)
    told = {bar.state for bar in players_report.player_bars(one) if "whole season" in bar.name}
    assert told == {State.NOT_APPLICABLE}
    few = replace(one, tested=400)
    assert {bar.state for bar in players_report.player_bars(few)} == {State.NOT_APPLICABLE}
    assert "from then on" in as_text(players_report.sections(one))
