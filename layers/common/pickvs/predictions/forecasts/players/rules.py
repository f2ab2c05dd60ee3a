"""What is forecast of the players of games to come, in a form that is stored and shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pickvs.predictions.facts.rules import Fixture
from pickvs.predictions.players.forecasting.rules import Distribution, PlayersModel
from pickvs.predictions.players.history.rules import State
from pickvs.predictions.players.rules import features

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the quantiles that are published."""

TO_PLAY: Mapping[str, float] = {"available": 1.0, "probable": 0.75, "questionable": 0.5, "doubtful": 0.25, "out": 0.0}
"""What a player's status says of his playing, as the NBA defines the words of its injury report."""

_LONGEST_ABSENCE_DAYS = 45
"""A player who has not played for longer is forecast again when he has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOfPlayer:
    """A forecast of a player in a game, given that he plays. statistics: as `statistic_figures` gives them, by name.

    to_play: probability that he plays; None where no source states his health.
    """

    game: int
    player: int
    team: str
    statistics: Mapping[str, Mapping[str, Any]]
    to_play: float | None
    features_sha256: str


def forecasts_of_players(
    model: PlayersModel,
    sha256_of_model: str,
    state: State,
    fixtures: Sequence[Fixture],
    statuses: Mapping[str, str],
    teams: Mapping[str, str],
) -> list[MadeOfPlayer]:
    """Return the forecasts of all players of the games' teams.

    A team's players are those who played last for it, and not too long ago. statuses: the latest word on each player's
    health. Those who are out are forecast as well, for they may play after all, and are counted as absent for others.
    teams: for whom players play now, where more is known than their games say. Who has left a team is absent from it.
    """
    moved = {player for player, team in teams.items() if player in state.players and state.players[player].team != team}
    out = moved.union(player for player, status in statuses.items() if status == "out")
    rows: list[list[float]] = []
    chosen: list[tuple[Fixture, str, str]] = []
    by_team: dict[str, list[str]] = {}
    for player, history in state.players.items():
        by_team.setdefault(teams.get(player, history.team), []).append(player)
    for fixture in fixtures:
        today = fixture.day.toordinal()
        for team in (fixture.home, fixture.away):
            for player in sorted(by_team.get(team, ()), key=int):
                history = state.players[player]
                if history.season == fixture.season and today - history.day > _LONGEST_ABSENCE_DAYS:
                    continue
                if history.season < fixture.season - 1:
                    continue
                chosen.append((fixture, player, team))
                rows.append(features(state, fixture, player, team, out))
    made = []
    for (fixture, player, team), row, distributions in zip(chosen, rows, model.forecast(rows), strict=True):
        status = statuses.get(player)
        told = f"{sha256_of_model} {fixture.game} {player} {row!r} {status}"
        made.append(
            MadeOfPlayer(
                game=fixture.game,
                player=int(player),
                team=team,
                statistics={name: statistic_figures(each) for name, each in distributions.items()},
                to_play=None if status is None else TO_PLAY[status],
                features_sha256=sha256(told.encode()).hexdigest(),
            )
        )
    return made


def statistic_figures(distribution: Distribution) -> dict[str, Any]:
    """Return what is stored of a statistic's distribution: the distribution itself, and what is shown of it."""
    return {
        "mean": round(distribution.mean, 2),
        "median": round(float(distribution.median), 2),
        "quantiles": {f"{level:g}": round(float(distribution.quantile(level)), 2) for level in LEVELS},
        "dispersion": round(distribution.dispersion, 3),
        "distribution": distribution.to_json(),
    }
