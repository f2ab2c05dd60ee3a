"""The fingerprint of what a run learnt from. Pure."""

import json
from collections.abc import Iterable
from hashlib import sha256

from pickvs.predictions.facts.rules import Day


def fingerprint(days: Iterable[Day]) -> str:
    """Return the SHA-256, in hexadecimal, of everything that the days say, in their order.

    Each result, line and player's line is a row of canonical JSON: equal facts in equal order give equal digests, and
    any other id, day or value another one.
    """
    digest = sha256()

    def add(*values: object) -> None:
        digest.update(json.dumps(values, separators=(",", ":"), allow_nan=False).encode() + b"\n")

    for day in days:
        for result in day.results:
            game = result.fixture
            add("game", game.game, game.sport, game.season, game.day.isoformat(), game.home, game.away)
            add("result", game.is_neutral, game.is_playoff, result.home_points, result.away_points)
        for number, line in sorted(day.closing_lines.items()):
            add("line", number, line.spread, line.total, line.home_moneyline, line.away_moneyline)
        for each in day.player_lines:
            add("player", each.game, each.player, each.team, each.opponent, each.is_home, each.seconds)
            add(sorted(each.statistics.items()))
    return digest.hexdigest()
