"""What the model of games remembers of a league, and the features that it reads from that. Pure.

`advance` adds a whole league-local day; `features` reads the state as it was before the day of the game. Training,
backtest and live forecasts call the same two functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from pickvs.predictions.facts.rules import Day, Fixture, Line, Result
from pickvs.predictions.leagues.rules import FILTERS, GameParameters
from pickvs.predictions.ratings import rules as filters
from pickvs.predictions.ratings.elo import rules as elo

_DENSE_DAYS, _DENSE_GAMES = 3, 2
"""A team plays densely if it played this many games in so many days before the game's day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A team's season so far: how many games, and the ordinals of the last days on which it played."""

    games: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of a league after a day. Never changed in place.

    ratings: what each filter knows, by its name in `FILTERS`. elo: rating of each team. played: each team's season so
    far. season, day: of the last day with a game, the day as an ordinal; None before the first.
    """

    parameters: GameParameters
    ratings: Mapping[str, filters.Ratings]
    elo: Mapping[str, float]
    played: Mapping[str, Played]
    season: int | None = None
    day: int | None = None


def start(parameters: GameParameters) -> State:
    """Return the state of a league before its first game."""
    ratings = {name: filters.unrated(each) for name, each in parameters.filters.items()}
    return State(parameters=parameters, ratings=ratings, elo={}, played={})


def advance(state: State, day: Day) -> State:
    """Return the state after a day. A day without results changes nothing.

    Lines of games without a result are not read. Raises ValueError for a day that is not after the state's last day, or
    results of another day, another sport or several seasons.
    """
    if not day.results:
        return state
    season = _season(state, day)
    ordinal = day.day.toordinal()
    observed: dict[str, list[tuple[filters.Pairing, float]]] = {name: [] for name in FILTERS}
    for result in day.results:
        pairing = _pairing(result.fixture)
        line = day.closing_lines.get(result.fixture.game)
        values = {
            "margin": result.margin,
            "total": result.total,
            "line_margin": None if line is None else market_margin(state.parameters, line),
            "line_total": None if line is None else line.total,
        }
        for name, value in values.items():
            if value is not None:
                observed[name].append((pairing, float(value)))
    ratings = {
        name: filters.observe(each, season, ordinal, observed[name]) if observed[name] else each
        for name, each in state.ratings.items()
    }
    return State(
        parameters=state.parameters,
        ratings=ratings,
        elo=_elo_after(state, season, day.results),
        played=_played_after(state, season, day.results),
        season=season,
        day=ordinal,
    )


def features(state: State, fixture: Fixture) -> dict[str, float]:
    """Return the features of a game by name, as known before its day. The names are the same for every game.

    margin_rating, total_rating: what the filters of results expect. elo_margin: the Elo difference, in points.
    line_margin, line_total: what the filters of past closing lines expect; no price of this game is in them. …_sd: the
    standard deviation of that expectation. total_level: the league's mean total; total_edge and line_total_edge: how
    far the expected totals are above it. rest: days since the last game. back_to_back: it was yesterday. dense: a third
    game in four days. season_progress: share of the regular season that both teams have played.

    Raises ValueError for another sport, or a game that is not after the state's last day.
    """
    parameters = state.parameters
    if fixture.sport != parameters.sport:
        raise ValueError(f"game {fixture.game} is of {fixture.sport}, the state of {parameters.sport}")
    ordinal = fixture.day.toordinal()
    pairing = _pairing(fixture)
    expected = {name: filters.expect(state.ratings[name], pairing, fixture.season, ordinal) for name in FILTERS}
    total_level = filters.level(state.ratings["total"])
    rated = _elo_in(state, fixture.season)
    gap = elo.difference(parameters.elo, rated, fixture.home, fixture.away, neutral=fixture.is_neutral)
    found = {
        "margin_rating": expected["margin"][0],
        "margin_rating_sd": sqrt(expected["margin"][1]),
        "elo_margin": gap / parameters.elo.per_point,
        "total_rating": expected["total"][0],
        "total_rating_sd": sqrt(expected["total"][1]),
        "total_level": total_level,
        "total_edge": expected["total"][0] - total_level,
        "line_margin": expected["line_margin"][0],
        "line_margin_sd": sqrt(expected["line_margin"][1]),
        "line_total": expected["line_total"][0],
        "line_total_edge": expected["line_total"][0] - total_level,
        "is_playoff": float(fixture.is_playoff),
        "is_neutral": float(fixture.is_neutral),
    }
    games = 0
    for side, team in (("home", fixture.home), ("away", fixture.away)):
        played = _played_in(state, fixture.season).get(team, Played(games=0, days=()))
        rest = ordinal - played.days[-1] if played.days else parameters.rest_days
        found[f"{side}_rest"] = float(min(rest, parameters.rest_days))
        found[f"{side}_back_to_back"] = float(rest == 1)
        recent = sum(ordinal - each <= _DENSE_DAYS for each in played.days)
        found[f"{side}_dense"] = float(recent >= _DENSE_GAMES)
        games += played.games
    found["season_progress"] = min(games / (2 * parameters.season_games), 1.0)
    return found


def market_margin(parameters: GameParameters, line: Line) -> float | None:
    """Return the margin that a line expects, in points; None if the line does not state it."""
    if parameters.margin_from == "spread":
        return None if line.spread is None else -line.spread
    return moneyline_margin(parameters, line)


def moneyline_margin(parameters: GameParameters, line: Line) -> float | None:
    """Return the margin that a line's two moneylines state, without the bookmaker's share; None if one is missing.

    The share is taken from both sides in proportion. Odds that leave the bookmaker no share, or more than 15 %, are no
    market's and count as missing.
    """
    home, away = _implied(line.home_moneyline), _implied(line.away_moneyline)
    if home is None or away is None or not 1 <= home + away <= _MOST_OVERROUND:
        return None
    return parameters.moneyline_points * log(home / away)


_MOST_OVERROUND = 1.15


def _implied(american: int | None) -> float | None:
    if american is None or abs(american) < 100:  # noqa: PLR2004 - American odds begin at 100
        return None
    return 100 / (american + 100) if american > 0 else -american / (100 - american)


def state_to_json(state: State) -> dict[str, Any]:
    """Return a state as JSON. Reading it changes no feature, to the last bit."""
    return {
        "parameters": state.parameters.to_json(),
        "ratings": {name: filters.to_json(each) for name, each in state.ratings.items()},
        "elo": dict(state.elo),
        "played": {team: {"games": each.games, "days": list(each.days)} for team, each in state.played.items()},
        "season": state.season,
        "day": state.day,
    }


def state_from_json(value: Mapping[str, Any]) -> State:
    """Return the state that `state_to_json` made. Raises ValueError if it is none."""
    try:
        parameters = GameParameters.from_json(value["parameters"])
        return State(
            parameters=parameters,
            ratings={name: filters.from_json(parameters.filters[name], value["ratings"][name]) for name in FILTERS},
            elo={team: float(each) for team, each in value["elo"].items()},
            played={
                team: Played(games=int(each["games"]), days=tuple(map(int, each["days"])))
                for team, each in value["played"].items()
            },
            season=None if value["season"] is None else int(value["season"]),
            day=None if value["day"] is None else int(value["day"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the state of a league's games: {error!r}") from None


def _season(state: State, day: Day) -> int:
    """Return the season of a day's results. Raises ValueError if the day does not follow the state."""
    for result in day.results:
        fixture = result.fixture
        if fixture.sport != state.parameters.sport or fixture.day != day.day:
            raise ValueError(f"game {fixture.game}, {fixture.sport} on {fixture.day}, is none of this {day.day}")
    seasons = {result.fixture.season for result in day.results}
    if len(seasons) != 1:
        raise ValueError(f"the games of {day.day} are of the seasons {sorted(seasons)}")
    (season,) = seasons
    known = state.day is not None and state.season is not None
    if known and (day.day.toordinal() <= (state.day or 0) or season < (state.season or 0)):
        raise ValueError(f"{day.day} of season {season} is not after what the state knows")
    return season


def _pairing(fixture: Fixture) -> filters.Pairing:
    return filters.Pairing(home=fixture.home, away=fixture.away, is_neutral=fixture.is_neutral)


def _elo_in(state: State, season: int) -> Mapping[str, float]:
    if state.season is None or state.season == season:
        return state.elo
    return elo.turned(state.parameters.elo, state.elo)


def _played_in(state: State, season: int) -> Mapping[str, Played]:
    return state.played if state.season == season else {}


def _elo_after(state: State, season: int, results: tuple[Result, ...]) -> dict[str, float]:
    parameters = state.parameters.elo
    rated = dict(_elo_in(state, season))
    for result in results:
        home, away = result.fixture.home, result.fixture.away
        gap = elo.difference(parameters, rated, home, away, neutral=result.fixture.is_neutral)
        change = elo.played(parameters, gap, result.margin)
        rated[home] = rated.get(home, parameters.first) + change
        rated[away] = rated.get(away, parameters.first) - change
    return rated


def _played_after(state: State, season: int, results: tuple[Result, ...]) -> dict[str, Played]:
    played = dict(_played_in(state, season))
    for result in results:
        day = result.fixture.day.toordinal()
        for team in (result.fixture.home, result.fixture.away):
            before = played.get(team, Played(games=0, days=()))
            played[team] = Played(games=before.games + 1, days=(*before.days, day)[-_DENSE_GAMES:])
    return played
