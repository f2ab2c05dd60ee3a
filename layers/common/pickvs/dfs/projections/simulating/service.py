"""Makes a set of projections of a slate from what is forecast of its games and players."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections import service
from pickvs.dfs.projections.errors import no_forecasts, not_simulated
from pickvs.dfs.projections.simulating.rules import Expected, line_factor, projected
from pickvs.dfs.projections.simulating.scoring import SCORINGS
from pickvs.dfs.simulation.rules import OUT_CHANCE, model_of, out_chance
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.queries import GameRow, PlayerRow, SlateRow
from pickvs.markets.reading import current_quotes
from pickvs.markets.values import Market, Selection
from pickvs.predictions.facts.reading import statuses_before
from pickvs.predictions.showing.players.reading import ForecastOfPlayer, last_forecasts
from pickvs.predictions.showing.reading import expected_scores

_SIDES: tuple[tuple[Market, Selection], ...] = (("spread", "home"), ("total", "over"))


def simulate_set(connection: Connection, slate: SlateRow, *, user_id: int | None, at: datetime) -> int:
    """Store a set of simulated projections of a slate, in the caller's transaction, and return its id.

    Players without a forecast have no projection. parameters of the set say how many have one, and which teams' scoring
    a line has moved.

    Raises Invalid (NOT_SIMULATED) for a site and sport whose points cannot be forecast, and Conflict (NO_FORECASTS,
    TOO_MANY_SETS).
    """
    scoring = SCORINGS.get((slate.site, slate.sport))
    if scoring is None:
        raise not_simulated()
    games = slates.games_of(connection, slate.id)
    players = [player for player in slates.players_of(connection, slate.id) if not player.is_disabled]
    known = {game.game_id: game for game in games if game.game_id is not None}
    forecasts = {(each.game, each.player): each for each in last_forecasts(connection, list(known))}
    statuses = {int(player): each.status for player, each in statuses_before(connection, slate.sport, at).items()}
    expected = _expected(players, games, forecasts, statuses)
    if not expected:
        raise no_forecasts()
    factors = _factors(connection, known)
    form = FORMATS[slate.format]
    projections = projected(expected, factors, scoring, model_of(form.site, form.sport))
    parameters: dict[str, Any] = {
        "forecast": len(expected),
        "players": len(players),
        "versions": sorted({each.version for each in forecasts.values()}),
        "lines": {team: round(factor, 4) for team, factor in sorted(factors.items())},
    }
    return service.add_set(
        connection,
        slate_id=slate.id,
        user_id=user_id,
        kind="simulated",
        projections=projections,
        parameters=parameters,
        at=at,
    )


def _expected(
    players: Sequence[PlayerRow],
    games: Sequence[GameRow],
    forecasts: Mapping[tuple[int, int], ForecastOfPlayer],
    statuses: Mapping[int, str],
) -> list[Expected]:
    """Return the players who are forecast. The worse word on somebody's health counts: the site's, or a report's."""
    of_key = {game.key: game.game_id for game in games}
    found = []
    for player in players:
        game = of_key[player.game]
        if game is None or player.player_id is None:
            continue
        forecast = forecasts.get((game, player.player_id))
        if forecast is None or forecast.minutes is None:
            continue
        status = statuses.get(player.player_id)
        missing = max(out_chance(player.status) or 0.0, 0.0 if status is None else OUT_CHANCE[status])
        found.append(
            Expected(
                player=player.id,
                team=player.team,
                was_counted=forecast.to_play != 0,
                plays=1 - missing,
                minutes=forecast.minutes,
                means=forecast.means,
                dispersions=forecast.dispersions,
            )
        )
    return found


def _factors(connection: Connection, games: Mapping[int, GameRow]) -> dict[str, float]:
    """Return what the lines in force make of each team's scoring. Teams of games without one are left out."""
    quotes = current_quotes(connection, [(game, *side) for game in games for side in _SIDES])
    scores = expected_scores(connection, list(games))
    found: dict[str, float] = {}
    for number, game in games.items():
        spread, total = (quotes.get((number, *side)) for side in _SIDES)
        if spread is None or total is None or spread.line is None or total.line is None or number not in scores:
            continue
        home, both, score = float(spread.line), float(total.line), scores[number]
        for team, given, mean in ((game.home, home, score.home), (game.away, -home, score.away)):
            if team is not None and mean > 0:
                found[team] = line_factor(given, both, mean)
    return found
