"""The players' fold: what a day adds, what a feature is, and that nothing of a day to come is in it."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.predictions.facts.rules import Day, Fixture, PlayerLine, Result
from pickvs.predictions.leagues.players import PlayerLeague, player_league, player_leagues
from pickvs.predictions.players.history.rules import State, from_json
from pickvs.predictions.players.rules import advance, feature_names, features, start
from tests.support.player_boxes import FIRST, box_scores

NBA = player_league("basketball_nba")


def fold(league: PlayerLeague, days: tuple[Day, ...]) -> State:
    state = start(league)
    for day in days:
        state = advance(state, day)
    return state


def rows(league: PlayerLeague, days: tuple[Day, ...], until: int) -> str:
    """Return every feature of every line up to and including a day, to the last digit."""
    state, found = start(league), []
    for day in days[: until + 1]:
        fixtures = {result.fixture.game: result.fixture for result in day.results}
        lines = sorted(day.player_lines, key=lambda line: (line.game, line.player))
        found += [(line.player, features(state, fixtures[line.game], line.player, line.team)) for line in lines]
        state = advance(state, day)
    return repr(found)


def scrambled(days: tuple[Day, ...], since: int, chance: random.Random) -> tuple[Day, ...]:
    """Return the days with scores and statistics of a day and all later ones given to other games and players."""
    later = days[since:]
    results = [result for day in later for result in day.results]
    lines = [line for day in later for line in day.player_lines]
    scores = [(result.home_points, result.away_points) for result in results]
    counts = [(line.seconds, line.statistics) for line in lines]
    chance.shuffle(scores)
    chance.shuffle(counts)
    new_results = {
        result.fixture.game: replace(result, home_points=999 + home, away_points=away)
        for result, (home, away) in zip(results, scores, strict=True)
    }
    new_lines = [
        replace(line, seconds=seconds, statistics=statistics)
        for line, (seconds, statistics) in zip(lines, counts, strict=True)
    ]
    changed = [
        Day(
            day=day.day,
            results=tuple(new_results[result.fixture.game] for result in day.results),
            player_lines=tuple(line for line in new_lines if line.game in {r.fixture.game for r in day.results}),
        )
        for day in later
    ]
    return (*days[:since], *changed)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000), st.integers(1, 14))
def test_no_feature_knows_its_own_day_or_a_later_one(seed: int, day: int) -> None:
    days = box_scores(NBA, seed=seed, teams=2, players=6, days=8, seasons=2)
    before = rows(NBA, days, day)
    assert rows(NBA, days[: day + 1], day) == before
    chance = random.Random(seed)  # noqa: S311
    assert rows(NBA, scrambled(days, day, chance), day) == before
    assert rows(NBA, scrambled(days, day - 1, chance), day) != before  # what came before does matter


@pytest.mark.parametrize("sport", player_leagues())
def test_every_league_is_the_same_fold_over_its_own_statistics(sport: str) -> None:
    league = player_league(sport)
    days = box_scores(league, days=6, seasons=2)
    state = fold(league, days)
    last = days[-1]
    fixture, line = last.results[0].fixture, last.player_lines[0]
    found = features(state, replace(fixture, day=last.day + timedelta(days=2)), line.player, line.team)
    named = dict(zip(feature_names(league), found, strict=True))
    first = league.tracked[0]
    lines = [each for day in days[6:] for each in day.player_lines if each.player == line.player]
    season = [each.statistics[first] for each in lines]
    earlier = [each.statistics[first] for day in days[:6] for each in day.player_lines if each.player == line.player]
    assert named[f"last_season.{first}"] == pytest.approx(sum(earlier) / len(earlier))
    every = [*earlier, *season]  # all of the few games of the season before count in this one's mean
    assert named[f"season.{first}"] == pytest.approx(sum(every) / len(every))
    assert named[f"last_5.{first}"] == pytest.approx(sum(every[-5:]) / len(every[-5:]))
    weights = [0.5 ** (age / 6) for age in reversed(range(len(every)))]
    mean = sum(map(float.__mul__, weights, map(float, every))) / sum(weights)
    assert named[f"mean_6.{first}"] == pytest.approx(mean)
    assert (named["career"], named["rest"]) == (len(every), 2)


def test_a_state_survives_json() -> None:
    days = box_scores(NBA, days=8, seasons=2)
    state = fold(NBA, days[:-1])
    again = from_json(NBA, json.loads(json.dumps(state.to_json(), allow_nan=False)))
    assert again == state
    assert advance(again, days[-1]) == advance(state, days[-1])
    with pytest.raises(ValueError, match="none of baseball_mlb"):
        from_json(player_league("baseball_mlb"), state.to_json())


def test_a_state_stays_as_it_is_when_a_day_is_added() -> None:
    days = box_scores(NBA, days=8)
    state = fold(NBA, days[:4])
    text = json.dumps(state.to_json())
    advance(state, days[4])
    assert json.dumps(state.to_json()) == text


def line(player: str, team: str, *, game: int = 1, minutes: int = 30, **counts: int) -> PlayerLine:
    statistics = dict.fromkeys(NBA.statistics, 0) | counts
    home, opponent = team == "a", "b" if team == "a" else "a"
    return PlayerLine(
        game=game,
        player=player,
        team=team,
        opponent=opponent,
        is_home=home,
        seconds=60 * minutes,
        statistics=statistics,
    )


def night(number: int, *lines: PlayerLine, season: int = 2021) -> Day:
    day = FIRST + timedelta(days=2 * number + 365 * (season - 2021))
    fixture = Fixture(game=number, sport=NBA.sport, season=season, day=day, home="a", away="b")
    made = tuple(replace(each, game=number) for each in lines)
    return Day(day=day, results=(Result(fixture=fixture, home_points=100, away_points=90),), player_lines=made)


def named(
    state: State, player: str, team: str, number: int = 50, out: frozenset[str] = frozenset()
) -> dict[str, float]:
    fixture = night(number).results[0].fixture
    return dict(zip(feature_names(NBA), features(state, fixture, player, team, out), strict=True))


def test_what_an_absent_team_mate_leaves_fades_as_the_means_take_it_in() -> None:
    both = (line("star", "a", minutes=40, points=30), line("mate", "a", minutes=20), line("other", "b"))
    state = fold(NBA, tuple(night(number, *both) for number in range(12)))
    usual = named(state, "mate", "a")["vacated.exposure"]
    assert abs(usual) < 5  # he played always and will almost surely play
    assert named(state, "mate", "a", out=frozenset({"star"}))["vacated.exposure"] == pytest.approx(40)
    left = []
    for number in range(12, 24):
        state = advance(state, night(number, *both[1:]))
        left.append(named(state, "mate", "a")["vacated.exposure"])
    assert left[0] > 10  # one missed game: he may be back, but likely is not
    assert left[-1] < left[0]  # by now the others' own means contain his absence
    assert named(state, "star", "a")["missed"] == 12
    back = advance(state, night(24, *both))
    assert named(back, "mate", "a")["vacated.exposure"] < -10  # who is back takes minutes away again
    points = named(back, "mate", "a")["vacated.points"]
    assert points == pytest.approx(named(back, "mate", "a")["vacated.exposure"] * 30 / 40)


def test_who_plays_for_another_team_is_gone_and_a_season_forgets_absences() -> None:
    both = (line("star", "a", minutes=40), line("mate", "a", minutes=20), line("other", "b"))
    state = fold(NBA, tuple(night(number, *both) for number in range(6)))
    moved = advance(state, night(6, line("star", "b", minutes=40), *both[1:]))
    assert named(moved, "mate", "a")["vacated.exposure"] > 30
    assert named(moved, "star", "a")["missed"] == 1
    fixture = night(0, season=2022).results[0].fixture
    next_season = dict(zip(feature_names(NBA), features(moved, fixture, "mate", "a"), strict=True))
    assert next_season["vacated.exposure"] == 0
    assert next_season["season.minutes"] == pytest.approx(20)
    assert next_season["last_season.minutes"] == pytest.approx(20)


def test_a_first_game_has_what_is_known_of_the_teams_alone() -> None:
    state = fold(NBA, box_scores(NBA, days=6))
    fixture = box_scores(NBA, days=7)[6].results[0].fixture
    found = dict(zip(feature_names(NBA), features(state, fixture, "nobody", fixture.home), strict=True))
    assert isnan(found["mean_6.points"])
    assert found["career"] == 0
    assert found["allowed.points"] > 0


def test_a_box_score_in_review_moves_rest_and_games_alone() -> None:
    days = box_scores(NBA, teams=2, days=6)
    state = fold(NBA, days[:5])
    after = advance(state, replace(days[5], player_lines=()))
    assert after.players == state.players
    assert after.totals == state.totals
    assert {key: (team.games, team.day) for key, team in after.teams.items()} == {
        key: (6, days[5].day.toordinal()) for key in state.teams
    }


def test_what_contradicts_itself_is_refused() -> None:
    state = advance(start(NBA), night(1, line("x", "a"), line("y", "b")))
    with pytest.raises(ValueError, match="not after"):
        advance(state, night(1))
    with pytest.raises(ValueError, match="without its result"):
        advance(state, replace(night(2), player_lines=(line("x", "a", game=7),)))
    with pytest.raises(ValueError, match="did not play in it"):
        advance(state, night(2, line("x", "c")))
    with pytest.raises(ValueError, match="two lines"):
        advance(state, night(2, line("x", "a"), line("x", "b")))
    with pytest.raises(ValueError, match="has no steals"):
        advance(state, night(2, replace(line("x", "a"), statistics={"points": 1, "rebounds": 2, "assists": 3,
            "threes_made": 0, "turnovers": 0})))  # fmt: skip
    with pytest.raises(ValueError, match="does not play in game"):
        features(state, night(2).results[0].fixture, "x", "c")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tracked": (*NBA.tracked, "dunks")}, "dunks is in no box score"),
        ({"forecast": ("minutes", "field_goals_made")}, "is forecast and not tracked"),
        ({"statistics": (*NBA.statistics, "minutes")}, "cannot be a statistic"),
        ({"exposure": {"points": 1.0}}, "must be the exposure"),
        ({"timed": False}, "minutes is in no box score"),
    ],
)
def test_a_league_that_contradicts_itself_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(NBA, **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no player of cricket"):
        player_league("cricket")
