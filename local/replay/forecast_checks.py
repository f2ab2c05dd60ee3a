"""What a replay of forecasts checks: box scores against the tables, forecasts for every game, the board's figures."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from local.espn_door import POINTS
from local.replay.forecast_figures import Figures, Published, figures, gap
from local.replay.oracle import consensus
from local.replay.season import Offer
from local.replay.table_season import TableSeason

CONTESTANTS = ("no-market", "past-lines", "with-line", "elo", "market")
"""All who must have forecast every game: the three variants, Elo, and the market's line."""
CLOSE = "close"
TOLERANCE, SLOPE_TOLERANCE = 2e-4, 2e-3
"""How far the board may be from what is computed: it rounds, and its slope is the end of another iteration."""
GREATEST_OVERROUND = 0.15
"""Of the moneylines at the close. Above it the board takes the close from the spread, which is not computed here."""

type Key = tuple[date, str]
"""A game: its day and the home team, as the platform names it."""

_LINES = """
    SELECT game.local_date, home.name, line.is_home, alias.provider_id, line.seconds, line.stats
    FROM player_games_current line
    JOIN games game ON game.id = line.game_id AND game.merged_into IS NULL
    JOIN teams home ON home.id = game.home_team_id
    JOIN player_aliases alias ON alias.player_id = line.player_id AND alias.provider = 'espn'
"""
_RESULTS = """
    SELECT game.local_date, home.name, result.home_score, result.away_score
    FROM games game
    JOIN teams home ON home.id = game.home_team_id
    JOIN game_results result ON result.id = game.result_id AND result.outcome = 'final'
    WHERE game.merged_into IS NULL
"""
_FORECASTS = """
    SELECT game.local_date, home.name, forecast.contestant, forecast.home_win, forecast.distribution
    FROM games game
    JOIN teams home ON home.id = game.home_team_id
    CROSS JOIN LATERAL (
      SELECT DISTINCT ON (contestant) contestant, home_win, distribution FROM game_predictions
      WHERE game_id = game.id AND published_at < game.commence_time
      ORDER BY contestant, published_at DESC, id DESC
    ) forecast
    WHERE game.merged_into IS NULL
"""
_FINDINGS = """
    SELECT rule, count(*) FROM stat_anomalies WHERE resolved_at IS NULL GROUP BY rule ORDER BY rule
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM game_predictions), (SELECT count(*) FROM player_predictions),
           (SELECT count(*) FROM prediction_scores), (SELECT count(*) FROM player_prediction_scores)
"""


@dataclass(slots=True)
class Outcome:
    """What was found. box_scores: lines of players that agree. figures: by contestant and `close`."""

    box_scores: int = 0
    complete: int = 0
    disagreements: list[str] = field(default_factory=list)
    findings: dict[str, int] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    gaps: dict[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def check(
    database: str, season: TableSeason, aliases: Mapping[str, str], board: Sequence[Mapping[str, Any]]
) -> Outcome:
    """Compare what the platform holds and shows with the tables.

    database: connection string. aliases: names of teams by the provider's other spellings. board: the rows that the API
    shows.
    """
    found = Outcome()
    with psycopg.connect(database, options="-c default_transaction_read_only=on") as connection:
        lines, results, forecasts = (
            list[TupleRow](connection.execute(statement)) for statement in (_LINES, _RESULTS, _FORECASTS)
        )
        found.findings = dict(connection.execute(_FINDINGS).fetchall())
        counted = connection.execute(_COUNTS).fetchone() or (0, 0, 0, 0)
    names = ("forecasts of games", "forecasts of players", "scores of games", "scores of players")
    found.counts = dict(zip(names, counted, strict=True))
    points: dict[Key, tuple[int, int]] = {}
    for game in season.games.values():
        points[game.day, aliases.get(game.teams[0], game.teams[0])] = game.points
    settled: dict[Key, tuple[int, int]] = {(day, home): (ours, theirs) for day, home, ours, theirs in results}
    found.disagreements += [f"{_said(key)}: no result" for key in points.keys() - settled.keys()]
    found.disagreements += [
        f"{_said(key)}: settled with {score}, played {points.get(key)}"
        for key, score in settled.items()
        if points.get(key) != score
    ]
    _check_box_scores(found, season, aliases, lines, settled)
    published = [
        Published((day, home), contestant, chance, law, points[day, home])
        for day, home, contestant, chance, law in forecasts
        if (day, home) in points
    ]
    _check_complete(found, points, published)
    _check_board(found, season, aliases, published, board)
    return found


def _check_box_scores(
    found: Outcome,
    season: TableSeason,
    aliases: Mapping[str, str],
    lines: Iterable[TupleRow],
    settled: Mapping[Key, tuple[int, int]],
) -> None:
    """Compare every player's line with the table, and every team's sum with its settled score."""
    held: dict[Key, dict[tuple[bool, str], tuple[int, dict[str, int]]]] = defaultdict(dict)
    sums: Counter[tuple[Key, bool]] = Counter()
    for day, home, is_home, player, seconds, stats in lines:
        held[day, home][is_home, player] = (seconds, stats)
        sums[(day, home), is_home] += stats[POINTS]
    for game in season.games.values():
        key = (game.day, aliases.get(game.teams[0], game.teams[0]))
        wanted = {
            (side == 0, line.athlete.id): (
                counts["seconds"],
                {name: counts[name] for name in counts if name != "seconds"},
            )
            for side, box in enumerate(game.boxes)
            for line in box
            if (counts := line.counts) is not None
        }
        ours = held.get(key, {})
        agree = sum(ours.get(each) == said for each, said in wanted.items())
        found.box_scores += agree
        if len(ours) != len(wanted) or agree != len(wanted):
            found.disagreements.append(f"{_said(key)}: {agree} of {len(wanted)} box scores agree, {len(ours)} are held")
        if (sums[key, True], sums[key, False]) != settled.get(key):
            found.disagreements.append(f"{_said(key)}: the players' points are not the score")


def _check_complete(found: Outcome, points: Mapping[Key, object], published: Iterable[Published]) -> None:
    """Look for games that a contestant has not forecast before the tip-off."""
    by_game: dict[object, set[str]] = defaultdict(set)
    for each in published:
        by_game[each.game].add(each.contestant)
    for key in points:
        missing = [name for name in CONTESTANTS if name not in by_game[key]]
        found.complete += not missing
        if missing:
            found.disagreements.append(f"{_said(key)}: no forecast of {', '.join(missing)}")


def _check_board(
    found: Outcome,
    season: TableSeason,
    aliases: Mapping[str, str],
    published: Iterable[Published],
    board: Sequence[Mapping[str, Any]],
) -> None:
    """Compute every contestant's figures anew, and compare them with the board's rows."""
    by_contestant: dict[str, list[Published]] = defaultdict(list)
    for each in published:
        by_contestant[each.contestant].append(each)
    closes = _closes(season, aliases)
    found.figures = {name: figures(each) for name, each in by_contestant.items()}
    if closes:
        found.figures[CLOSE] = figures(closes)
    rows = {row["contestant"]: row for row in board}
    for name in sorted(by_contestant.keys() | rows.keys() | set(CONTESTANTS)):
        if name not in rows or name not in by_contestant:
            found.disagreements.append(f"board, {name}: {'not shown' if name not in rows else 'never published'}")
            continue
        found.disagreements += [f"board, {name}: {line}" for line in _differences(rows[name], found.figures[name])]
        difference = gap(by_contestant[name], closes)
        if difference is not None:
            found.gaps[name] = difference
        shown = {each["against"]: each for each in rows[name]["paired"]}.get(CLOSE)
        if len(closes) == len(season.games) and not (
            shown is not None and difference is not None and abs(shown["value"] - difference) <= TOLERANCE
        ):
            found.disagreements.append(f"board, {name}: gap to the close: shown {shown}, computed {difference}")


def _differences(row: Mapping[str, Any], wanted: Figures) -> list[str]:
    shown = {**row, "log_loss": (row["log_loss"] or {}).get("value")}
    found = [] if row["games"] == wanted.games else [f"games: shown {row['games']}, computed {wanted.games}"]
    for name in ("log_loss", "brier", "accuracy", "ece", "bias", "margin_crps", "total_crps", "slope"):
        ours, theirs = shown[name], getattr(wanted, name)
        tolerance = SLOPE_TOLERANCE if name == "slope" else TOLERANCE
        known = theirs is not None and not math.isnan(theirs)
        if (ours is not None) != known or (known and abs(ours - theirs) > tolerance):
            found.append(f"{name}: shown {ours}, computed {theirs}")
    return found


def _closes(season: TableSeason, aliases: Mapping[str, str]) -> list[Published]:
    """Return what the moneylines at the close say of each game, where they say something usable."""
    found = []
    for identity, game in season.games.items():
        quote = consensus(Offer(season.fixtures[identity], season.lines.bookmakers[game.id])).get(("moneyline", "home"))
        if quote is not None and 0 <= quote.margin <= GREATEST_OVERROUND:
            key = (game.day, aliases.get(game.teams[0], game.teams[0]))
            found.append(Published(key, CLOSE, float(quote.chance), None, game.points))
    return found


def _said(key: Key) -> str:
    return f"{key[0]} at {key[1]}"
