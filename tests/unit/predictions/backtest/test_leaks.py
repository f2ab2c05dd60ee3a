"""Five leaks are planted into the model's own fold, and each is found; the folds themselves have none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean, pstdev

import pytest

from pickvs.predictions.facts.rules import Day, Fixture, Result
from pickvs.predictions.games import rules as games
from pickvs.predictions.gate.rules import Outcome, Trial, judge
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.measures.calibration.rules import logistic
from pickvs.predictions.players import rules as players
from tools.backtest.games_table import parse_games
from tools.backtest.generated import League, games_text, players_text
from tools.backtest.leaks import Correction, Forecaster, GamesFold, History, canonical, leaks
from tools.backtest.players_table import parse_players

NBA = "basketball_nba"
LEAGUE = League(sport=NBA, teams=6, games=12, seasons=2)
PARAMETERS = game_league(NBA)
DAYS = parse_games(games_text(LEAGUE), NBA, "generated").days
CUTS = [DAYS[len(DAYS) // 3].day, DAYS[-3].day]
FIRST = DAYS[3].results[0]
CORRECTED = Correction(
    known=DAYS[-4].day,
    result=replace(FIRST, home_points=FIRST.away_points, away_points=FIRST.home_points + 7),
)
HISTORY = History(DAYS, (CORRECTED,))
HONEST = GamesFold(PARAMETERS)


def by_game(read: Callable[[games.State, games.State, Result, Day], Mapping[str, float]]) -> Forecaster:
    """Return a forecaster that reads the states before and after each day, the result and the day itself."""

    def forecast(history: History) -> dict[int, bytes]:
        state = games.start(PARAMETERS)
        found = {}
        for day in history.days:
            after = games.advance(state, day)
            for result in day.results:
                found[result.fixture.game] = canonical(read(state, after, result, day))
            state = after
        return found

    return forecast


def season_mean_with_tonight(history: History) -> dict[int, bytes]:
    """The home team's mean margin this season, tonight's game included."""
    margins: dict[tuple[int, str], list[int]] = {}
    found = {}
    for day in history.days:
        for result in day.results:
            margins.setdefault((result.fixture.season, result.fixture.home), []).append(result.margin)
            mean = fmean(margins[result.fixture.season, result.fixture.home])
            found[result.fixture.game] = canonical({"season_mean": mean})
    return found


def scaled_on_all_rows(history: History) -> dict[int, bytes]:
    """Honest features, scaled by the mean and deviation of the whole table."""
    state = games.start(PARAMETERS)
    rows: dict[int, float] = {}
    for day in history.days:
        for result in day.results:
            rows[result.fixture.game] = games.features(state, result.fixture)["margin_rating"]
        state = games.advance(state, day)
    mean, deviation = fmean(rows.values()), pstdev(rows.values())
    return {game: canonical({"scaled": (value - mean) / deviation}) for game, value in rows.items()}


def unlagged_line(history: History) -> dict[int, bytes]:
    """What should come from closing lines of earlier days also has that of the game."""
    return by_game(
        lambda _, after, result, __: {"line": games.features(after, the_day_after(result.fixture))["line_margin"]}
    )(history)


def corrected_backwards(history: History) -> dict[int, bytes]:
    """Every score as it was known in the end, from the first day on."""
    final = replace(history, corrections=tuple(replace(each, known=date.min) for each in history.corrections))
    return HONEST(History(final.before(date.max)))


def result_copied(history: History) -> dict[int, bytes]:
    """A feature that equals the result."""
    return by_game(
        lambda state, _, result, __: {**games.features(state, result.fixture), "canary": float(result.margin > 0)}
    )(history)


def line_of_the_game(history: History) -> dict[int, bytes]:
    """What the variant `with-line` reads, which is no leak for it and one for the others."""
    return by_game(
        lambda state, _, result, day: {
            **games.features(state, result.fixture),
            "own": day.closing_lines[result.fixture.game].spread or 0.0,
        }
    )(history)


PLANTED: Mapping[str, tuple[Forecaster, str]] = {
    "season mean incl. tonight": (season_mean_with_tonight, "permuted"),
    "scaler fitted on all rows": (scaled_on_all_rows, "cut off"),
    "unlagged line": (unlagged_line, "permuted"),
    "correction applied backwards": (corrected_backwards, "not corrected yet"),
    "result copied": (result_copied, "scores of 999"),
}


def test_the_models_fold_of_games_knows_no_future() -> None:
    assert leaks(HONEST, HISTORY, CUTS) == []
    # And it does read what is past: the correction moves what comes after it became known, and nothing before.
    with_it, without = HONEST(HISTORY), HONEST(History(DAYS))
    moved = {game for game in with_it if with_it[game] != without[game]}
    later = {each.fixture.game for day in DAYS if day.day > CORRECTED.known for each in day.results}
    assert moved
    assert moved <= later


@pytest.mark.parametrize("leak", PLANTED)
def test_a_planted_leak_is_found(leak: str) -> None:
    forecaster, change = PLANTED[leak]
    found = leaks(forecaster, HISTORY, CUTS)
    assert change in {each.change for each in found}
    assert {each.day for each in found} <= {day.day for day in DAYS if day.day <= max(CUTS)}


def test_the_line_of_the_game_is_a_leak_but_for_who_may_read_it() -> None:
    assert leaks(line_of_the_game, HISTORY, CUTS)
    assert leaks(line_of_the_game, HISTORY, CUTS, own_lines=True) == []


def test_a_copied_result_is_stopped_by_the_gate_as_well() -> None:
    """The canary's weight is learnt as any other: whoever trains on it is far better than the market."""
    trials = []
    state = games.start(PARAMETERS)
    for day in DAYS:
        for result in day.results:
            rating = games.features(state, result.fixture)["margin_rating"]
            line = day.closing_lines[result.fixture.game]
            canary = 1.0 if result.margin > 0 else -1.0
            trials.append(
                Trial(
                    game=result.fixture.game,
                    season=result.fixture.season,
                    has_won=result.margin > 0,
                    champion=logistic(0.15 * rating),
                    challenger=logistic(0.15 * rating + canary),
                    market=logistic(-0.15 * (line.spread or 0.0)),
                )
            )
        state = games.advance(state, day)
    assert judge(trials, {}).outcome is Outcome.BLOCKED
    honest = [replace(trial, challenger=trial.champion) for trial in trials]
    assert judge(honest, {}).outcome is Outcome.STAYS


@dataclass(frozen=True, slots=True)
class PlayersFold:
    """The players' own fold as a forecaster. squads: who is asked for before each game, whoever then plays."""

    squads: Mapping[int, tuple[tuple[str, str], ...]]
    tonight: bool = False

    def __call__(self, history: History) -> dict[int, bytes]:
        state = players.start(player_league(NBA))
        found = {}
        for day in history.days:
            after = players.advance(state, day)
            for result in day.results:
                read = the_day_after(result.fixture) if self.tonight else result.fixture
                rows = [
                    players.features(after if self.tonight else state, read, player, team)
                    for player, team in self.squads[result.fixture.game]
                ]
                found[result.fixture.game] = repr([list(row) for row in rows]).encode()
            state = after
        return found


def the_day_after(fixture: Fixture) -> Fixture:
    """Return the fixture on the day after, so that a state with tonight's game in it can be asked."""
    return replace(fixture, day=fixture.day + timedelta(days=1))


def test_the_models_fold_of_players_knows_no_future() -> None:
    small = League(sport=NBA, teams=4, games=10, seasons=1)
    days = parse_players(players_text(small, player_league(NBA)), NBA, "generated").days
    squads: dict[int, list[tuple[str, str]]] = {}
    for day in days:
        for line in day.player_lines:
            squads.setdefault(line.game, []).append((line.player, line.team))
    asked = {game: tuple(squad[::5]) for game, squad in squads.items()}
    cuts = [days[len(days) // 2].day]
    assert leaks(PlayersFold(asked), History(days), cuts) == []
    assert leaks(PlayersFold(asked, tonight=True), History(days), cuts)
