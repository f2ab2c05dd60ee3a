"""The players' fold: one pass over the days of a league gives each player's features as of a day. Pure.

`advance(state, day)` adds the facts of one day, `features(state, fixture, player, team)` reads the state. Training,
backtest and live forecasts call the same two functions. A feature that is not known yet is `nan`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from math import nan, sqrt
from statistics import median

from pickvs.predictions.facts.rules import Day, Fixture, PlayerLine, Result
from pickvs.predictions.leagues.players import MINUTES, PlayerLeague
from pickvs.predictions.players.history.rules import LONGEST_STREAK, PlayerHistory, Row, State, TeamHistory

HALF_LIVES = (2.0, 6.0, 20.0)
"""Games after which a game of a player weighs half."""
MIDDLE, LONG = 1, 2
_DECAYS = tuple(0.5 ** (1 / half_life) for half_life in HALF_LIVES)
_TEAM_DECAY = 0.5 ** (1 / 20)
_LEAGUE_DECAY = 0.5 ** (1 / 600)
_LAST = 5
_PRIOR_GAMES = 10.0
"""Games of the league's mean that are added to what a team allows, so that its first games do not say too much."""
_GAMES_BEFORE = 25
"""Games of the season before that count in this season's means, at most."""
_FORGOTTEN = 0.02
"""Share of recent games below which an absent player is no longer one of the team's."""
_LONGEST_REST = 12
_PRIOR_PLAYED = (0.9, 0.5, 0.4, 0.3, *((0.2,) * (LONGEST_STREAK - 3)))
"""Share of games played, by the games missed before, assumed for one game of each before any was seen."""


def start(league: PlayerLeague) -> State:
    """Return the state before the first day of a league."""
    return State(
        league=league,
        day=0,
        players={},
        teams={},
        weight=0.0,
        totals=(0.0,) * (1 + len(league.tracked)),
        pace=0.0,
        chances_to_play=(1.0,) * len(_PRIOR_PLAYED),
        played=_PRIOR_PLAYED,
    )


def advance(state: State, day: Day) -> State:
    """Return the state after one day, which must be later than all before. The given state stays as it is.

    A result without player lines (its box score is in review) moves the teams' rest, games and margins alone.

    Raises ValueError for a day out of order, a line without its game's result, a line of a team that did not play, two
    lines of a player in one game, and a line without one of the league's statistics.
    """
    ordinal = day.day.toordinal()
    if ordinal <= state.day:
        raise ValueError(f"{day.day} is not after the last day that was added")
    fold = _Fold(state, ordinal)
    for result, lines in _by_game(day):
        fold.add(result, lines)
    return fold.state()


def feature_names(league: PlayerLeague) -> tuple[str, ...]:
    """Return the names of the features, in the order in which `features` returns them.

    mean_2, mean_6, mean_20: decaying means of that half-life. season: this season's mean, to which as many as 25 games
    at the mean of the season before are added, so that its first games do not say too much. rate: per exposure, at
    half-life 20. allowed: what opponents make against the opponent, as a factor of the league's. projected: exposure
    times rate times that factor. vacated: what absent team mates are expected to leave. career: games seen of the
    player.
    """
    exposure = MINUTES if league.timed else "exposure"
    tracked, measures = league.tracked, (exposure, *league.tracked)
    blocks = [(f"mean_{half_life:g}", measures) for half_life in HALF_LIVES]
    blocks += [("season", measures), ("last_5", measures), ("last_season", measures), ("rate", tracked)]
    blocks += [("allowed", tracked), ("projected", tracked), ("vacated", _vacated_names(league))]
    return (
        *(f"{block}.{name}" for block, names in blocks for name in names),
        *("is_home", "is_neutral", "is_playoff", "rest", "team_rest", "opponent_rest", "missed", "career"),
        *("last_season_games", "started", "exposure_sd", "exposure_share"),
        *("last_exposure", "median_exposure", "lowest_exposure", "highest_exposure"),
        *("pace", "opponent_pace", "margin", "opponent_margin"),
    )


def features(state: State, fixture: Fixture, player: str, team: str, out: Collection[str] = frozenset()) -> list[float]:
    """Return the features of a player in a game to come, should he play, in the order of `feature_names`.

    out: players who are known not to play. Absences are otherwise expected from the length of the present one: a
    player who missed one game is likelier to be back than one who missed ten.

    Raises ValueError for a team that does not play in the game.
    """
    if team not in {fixture.home, fixture.away}:
        raise ValueError(f"{team} does not play in game {fixture.game}")
    measures = len(state.totals)
    today, unknown = fixture.day.toordinal(), [nan] * measures
    own = _team(state, team, fixture.season)
    other = _team(state, fixture.away if team == fixture.home else fixture.home, fixture.season)
    allowed = _allowed(state, other)
    seen = state.players.get(player)
    if seen is None:
        means = [unknown] * 6
        rates = projected = unknown[1:]
        history = [nan, 0.0, nan, nan, nan, nan, nan]
        last = [nan] * 4
    else:
        seen = _in_season(seen, fixture.season)
        recent = [[total / weight for total in sums] for weight, sums in zip(seen.weights, seen.sums, strict=True)]
        means = [
            *recent,
            _season_means(seen),
            [sum(column) / len(seen.last) for column in zip(*seen.last, strict=True)],
            list(seen.previous) or unknown,
        ]
        long, exposure = recent[LONG], recent[MIDDLE][0]
        rates = [each / long[0] for each in long[1:]] if long[0] > 0 else unknown[1:]
        projected = [exposure * rate * factor for rate, factor in zip(rates, allowed, strict=True)]
        spread = sqrt(max(0.0, seen.squares / seen.weights[LONG] - long[0] * long[0]))
        team_exposure = state.totals[0] / state.weight if state.weight else nan
        history = [
            _rest(seen.day, today),
            float(seen.career),
            float(seen.previous_games) if seen.previous else nan,
            seen.started / seen.weights[MIDDLE],
            spread,
            exposure / team_exposure if team_exposure > 0 else nan,
            float(own.roster[player][0]) if player in own.roster else nan,
        ]
        exposures = [row[0] for row in seen.last]
        last = [exposures[0], median(exposures), min(exposures), max(exposures)]
    rest, career, previous_games, started, spread, share, missed = history
    vacated = _vacated(state, own, team, player, out)
    league_pace = state.pace / state.weight if state.weight else nan
    return [
        *(value for row in means for value in row),
        *rates,
        *allowed,
        *projected,
        *vacated,
        float(team == fixture.home),
        float(fixture.is_neutral),
        float(fixture.is_playoff),
        rest,
        _rest(own.day, today),
        _rest(other.day, today),
        missed,
        career,
        previous_games,
        started,
        spread,
        share,
        *last,
        _shrunk(own.pace, own.weight, league_pace),
        _shrunk(other.pace, other.weight, league_pace),
        _shrunk(own.margin, own.weight, 0.0),
        _shrunk(other.margin, other.weight, 0.0),
    ]


def measures_of(league: PlayerLeague, line: PlayerLine) -> Row:
    """Return a line's measures: exposure, then the tracked statistics. Raise ValueError if one is missing."""
    counts = line.statistics
    try:
        return (_weigh(league.exposure, line), *(float(counts[name]) for name in league.tracked))
    except KeyError as missing:
        raise ValueError(f"the line of {line.player} in game {line.game} has no {missing.args[0]}") from None


class _Fold:
    """One day being added: copies of the state's tables, changed game by game."""

    def __init__(self, state: State, ordinal: int) -> None:
        self._before, self._ordinal = state, ordinal
        self._players, self._teams = dict(state.players), dict(state.teams)
        self._weight, self._totals, self._pace = state.weight, state.totals, state.pace
        self._chances_to_play, self._played = list(state.chances_to_play), list(state.played)

    def state(self) -> State:
        return State(
            league=self._before.league,
            day=self._ordinal,
            players=self._players,
            teams=self._teams,
            weight=self._weight,
            totals=self._totals,
            pace=self._pace,
            chances_to_play=tuple(self._chances_to_play),
            played=tuple(self._played),
        )

    def add(self, result: Result, lines: list[PlayerLine]) -> None:
        fixture, league = result.fixture, self._before.league
        now = self.state()
        sides = {fixture.home: float(result.margin), fixture.away: float(-result.margin)}
        rows: dict[str, dict[str, Row]] = {side: {} for side in sides}
        paces = dict.fromkeys(sides, 0.0)
        for line in lines:
            if line.team not in rows:
                raise ValueError(f"{line.player} played game {line.game} for {line.team}, which did not play in it")
            if any(line.player in side for side in rows.values()):
                raise ValueError(f"{line.player} has two lines in game {line.game}")
            rows[line.team][line.player] = measures_of(league, line)
            paces[line.team] += _weigh(league.pace, line)
        sums = {side: _sums(rows[side].values(), len(self._totals)) for side in sides}
        complete = all(rows.values())
        for side, margin in sides.items():
            opponent = fixture.away if side == fixture.home else fixture.home
            team = _team(now, side, fixture.season)
            team = replace(team, day=self._ordinal, games=team.games + 1)
            if complete:
                team = replace(
                    team,
                    weight=team.weight * _TEAM_DECAY + 1,
                    allowed=_decayed(team.allowed, _TEAM_DECAY, sums[opponent]),
                    pace=team.pace * _TEAM_DECAY + paces[side],
                    margin=team.margin * _TEAM_DECAY + margin,
                )
                team = self._roster(team, side, rows[side])
                self._weight = self._weight * _LEAGUE_DECAY + 1
                self._totals = _decayed(self._totals, _LEAGUE_DECAY, sums[side])
                self._pace = self._pace * _LEAGUE_DECAY + paces[side]
            self._teams[side] = team
        for side, played in rows.items():
            self._play(fixture, side, played)

    def _roster(self, team: TeamHistory, side: str, played: Mapping[str, Row]) -> TeamHistory:
        """Count who is absent and who is back."""
        decay = _DECAYS[MIDDLE]
        weight = team.roster_weight * decay + 1
        roster: dict[str, tuple[int, float]] = {}
        for player, (streak, games) in team.roster.items():
            if self._players[player].team == side:
                length = min(streak, LONGEST_STREAK)
                self._chances_to_play[length] += 1
                self._played[length] += player in played
            if player not in played and games * decay > _FORGOTTEN * weight:
                roster[player] = (streak + 1, games * decay)
        for player in played:
            roster[player] = (0, team.roster.get(player, (0, 0.0))[1] * decay + 1)
        return replace(team, roster_weight=weight, roster=roster)

    def _play(self, fixture: Fixture, side: str, played: Mapping[str, Row]) -> None:
        by_exposure = sorted(played, key=lambda player: (-played[player][0], player))
        starters = frozenset(by_exposure[: self._before.league.starters])
        for player, row in played.items():
            seen = self._players.get(player)
            if seen is None:
                nothing = (0.0,) * len(row)
                seen = PlayerHistory(
                    *(side, fixture.season, 0, 0, 0, (0.0,) * len(HALF_LIVES), (nothing,) * len(HALF_LIVES)),
                    *(0.0, 0.0, nothing, (), (), 0),
                )
            seen = _in_season(seen, fixture.season)
            self._players[player] = PlayerHistory(
                team=side,
                season=fixture.season,
                day=self._ordinal,
                games=seen.games + 1,
                career=seen.career + 1,
                weights=tuple(weight * decay + 1 for weight, decay in zip(seen.weights, _DECAYS, strict=True)),
                sums=tuple(_decayed(sums, decay, row) for sums, decay in zip(seen.sums, _DECAYS, strict=True)),
                squares=seen.squares * _DECAYS[LONG] + row[0] * row[0],
                started=seen.started * _DECAYS[MIDDLE] + (player in starters),
                season_sums=_decayed(seen.season_sums, 1.0, row),
                last=(row, *seen.last[: _LAST - 1]),
                previous=seen.previous,
                previous_games=seen.previous_games,
            )


def _by_game(day: Day) -> list[tuple[Result, list[PlayerLine]]]:
    lines: dict[int, list[PlayerLine]] = defaultdict(list)
    for line in day.player_lines:
        lines[line.game].append(line)
    games = [(result, lines.pop(result.fixture.game, [])) for result in day.results]
    if lines:
        raise ValueError(f"{day.day} has player lines of game {next(iter(lines))} without its result")
    return games


def _weigh(weights: Mapping[str, float], line: PlayerLine) -> float:
    return sum(
        weight * (line.seconds / 60 if name == MINUTES else line.statistics[name]) for name, weight in weights.items()
    )


def _decayed(sums: Row, decay: float, row: Row) -> Row:
    return tuple([total * decay + value for total, value in zip(sums, row, strict=True)])


def _sums(rows: Collection[Row], measures: int) -> Row:
    return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0.0,) * measures


def _rest(day: int, today: int) -> float:
    return float(min(today - day, _LONGEST_REST)) if day else nan


def _shrunk(total: float, weight: float, mean: float) -> float:
    return (total + _PRIOR_GAMES * mean) / (weight + _PRIOR_GAMES)


def _in_season(player: PlayerHistory, season: int) -> PlayerHistory:
    """Return a player's history as a season's first game finds it: the season before becomes the previous one."""
    if player.season == season or not player.games:
        return player
    games = player.games
    means = tuple(total / games for total in player.season_sums)
    nothing = (0.0,) * len(means)
    return replace(player, season=season, games=0, season_sums=nothing, previous=means, previous_games=games)


def _season_means(player: PlayerHistory) -> list[float]:
    """Return the means of a season, with games of the season before as if they were of this one."""
    added = float(min(player.previous_games, _GAMES_BEFORE))
    before = player.previous or (0.0,) * len(player.season_sums)
    games = player.games + added
    return [(total + added * mean) / games for total, mean in zip(player.season_sums, before, strict=True)]


def _team(state: State, key: str, season: int) -> TeamHistory:
    """Return a team's history as of a season. Absences end with a season; strength fades by half at its turn."""
    team = state.teams.get(key)
    if team is None:
        return TeamHistory(season, 0, 0, 0.0, (0.0,) * len(state.totals), 0.0, 0.0, 0.0, {})
    if team.season == season:
        return team
    halved = tuple(each / 2 for each in team.allowed)
    weight, pace, margin = team.weight / 2, team.pace / 2, team.margin / 2
    return TeamHistory(season, team.day, 0, weight, halved, pace, margin, 0.0, {})


def _allowed(state: State, team: TeamHistory) -> list[float]:
    """Return what a team's opponents make of each tracked statistic, as a factor of what teams make in the league."""
    if not state.weight:
        return [nan] * (len(state.totals) - 1)
    means = [total / state.weight for total in state.totals[1:]]
    return [
        _shrunk(total, team.weight, mean) / mean if mean > 0 else 1.0
        for total, mean in zip(team.allowed[1:], means, strict=True)
    ]


def _vacated_names(league: PlayerLeague) -> tuple[str, ...]:
    return ("exposure", *(name for name in league.tracked if name in league.forecast))


def _vacated(state: State, team: TeamHistory, side: str, player: str, out: Collection[str]) -> list[float]:
    """Return what team mates are expected to leave to others: exposure, then by statistic that is forecast.

    What counts is the change: a team mate leaves something if he is less likely to play than he played in the recent
    games, which a player's own means stem from; one who comes back takes something away.
    """
    league = state.league
    columns = [0, *(index for index, name in enumerate(league.tracked, 1) if name in league.forecast)]
    sums = [0.0] * len(columns)
    for mate, (streak, games) in team.roster.items():
        if mate == player:
            continue
        seen, length = state.players[mate], min(streak, LONGEST_STREAK)
        gone = mate in out or seen.team != side
        to_play = 0.0 if gone else state.played[length] / state.chances_to_play[length]
        part = (games / team.roster_weight - to_play) / seen.weights[MIDDLE]
        means = seen.sums[MIDDLE]
        sums = [total + part * means[column] for total, column in zip(sums, columns, strict=True)]
    return sums
