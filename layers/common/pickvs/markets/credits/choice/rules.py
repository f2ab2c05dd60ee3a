"""Whether to buy a call: what earlier answers do for, and what is given up first. Pure.

While the credits that are left pay for the best service until the month's end, everything is bought. Otherwise thrift
begins: nothing is bought for which an earlier answer does, and the checks of scores are spread. What is left after that
is set aside in this order: one grading for each day left and sport in season, the morning odds, one extra check for
each night with picks. The rest is for closing captures. So things are given up in the order of ORDER, and each decision
starts from what is left: what was not spent is there for later ones.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pickvs.markets.credits.demand.rules import (
    OVERRUN,
    SPACINGS,
    Bid,
    Demand,
    Game,
    Situation,
    Sport,
    demand,
)
from pickvs.markets.credits.rules import Kind, Outcome
from pickvs.markets.game_clock.rules import DECIDED_EARLY

ORDER: tuple[str, ...] = (
    "closing captures of games without picks",
    "closing captures of the fewest games with picks for a credit",
    "checks of scores beyond one a night",
    "the morning odds",
)
"""What is given up first, second, …, when thrift is not enough. Grading is never given up."""

RESULTS_WITHIN = timedelta(hours=24)
"""Age up to which scores do for the daily results, if no game waits for a final. Within this time after them, a listed
game must be over as well, whose check renews them: otherwise they would grow old before the next daily results."""

LATER = timedelta(hours=2)
"""Time until the next question about a check when the daily results will do."""

_EXTRA_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a need. reason: why it is not bought; None if it is.

    next_check: for a check under thrift alone: the time to the next one, if games still wait then. None: as usual.
    """

    outcome: Outcome
    reason: str | None = None
    next_check: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of the month, and what it is set aside for. All in credits.

    spacing: minutes between two checks; None: one check a night. spare: for closing captures.
    """

    left: int
    wanted: Demand
    thrift: bool
    spacing: int | None

    @property
    def for_mornings(self) -> int:
        """What is left beside the gradings."""
        return self.left - self.wanted.gradings

    @property
    def for_checks(self) -> int:
        """What is left beside the gradings and the morning odds."""
        return self.for_mornings - self.wanted.mornings

    @property
    def for_captures(self) -> float:
        """What is left beside the gradings, the morning odds and an extra check a night."""
        return self.for_checks - self.wanted.extra_checks[None]

    @property
    def cost(self) -> float:
        """What the rest of the month costs, if nothing is given up."""
        return self.wanted.with_thrift(self.spacing) if self.thrift else self.wanted.in_full

    @property
    def forecast(self) -> float:
        """What will be left on the 1st if nothing is given up. Below 0, something is."""
        return self.left - self.cost


def budget(situation: Situation, asked: tuple[str, Sequence[int]] | None = None) -> Budget:
    """Return how what is left is divided. asked: the sport and games of a capture that is due now."""
    wanted = demand(situation, asked)
    thrift = wanted.in_full > situation.left
    fits = (spacing for spacing in SPACINGS if wanted.with_thrift(spacing) <= situation.left)
    return Budget(situation.left, wanted, thrift, next(fits, None) if thrift else SPACINGS[0])


def choose(situation: Situation, kind: Kind, sport: Sport, games: Sequence[int]) -> tuple[Budget, Verdict]:
    """Return how what is left is divided, and whether to buy a call now.

    games: those that the call is for. `sport` is one of the situation's.
    """
    divided = budget(situation, (sport.key, games) if kind == "closing" else None)
    match kind:
        case "morning":
            return divided, _morning(divided, sport, situation.at)
        case "closing":
            own = next(bid for bid in divided.wanted.bids if bid.sport == sport.key and bid.games == tuple(games))
            return divided, capture(divided, own)
        case "check":
            return divided, _check(divided, sport, frozenset(games), situation.at)
        case "grading":
            return divided, _grading(divided, sport, situation.at)


def capture(divided: Budget, own: Bid) -> Verdict:
    """Return whether to buy a closing capture, which is among the bids of the budget's demand.

    Captures of the rest of the month that serve more games with picks for a credit come first. Those of the same worth
    share what these leave: one is bought while that pays for at least half of them, so that an expectation that was too
    low leaves something for later.
    """
    if not divided.thrift:
        return Verdict("bought")
    if not own.picked:
        return Verdict("given_up", "no open picks on its games, and the month is short of credits")
    others = [bid for bid in divided.wanted.bids if bid is not own]
    better = float(sum(bid.net_cost for bid in others if bid.worth > own.worth))
    better += sum(wish.net for wish in divided.wanted.wishes if wish.worth > own.worth)
    alike = float(own.net_cost) + sum(bid.net_cost for bid in others if bid.worth == own.worth)
    alike += sum(wish.net for wish in divided.wanted.wishes if wish.worth == own.worth)
    if own.net_cost == 0 and divided.for_mornings >= own.cost:
        return Verdict("bought")  # the morning odds, some hours earlier
    if divided.for_captures - better >= max(own.cost, alike / 2):
        return Verdict("bought")
    return Verdict("given_up", _needed_for(divided, better))


def plan(situation: Situation) -> list[tuple[Bid, Verdict]]:
    """Return tonight's captures in order, each with what will become of it if nothing changes until then."""
    found: list[tuple[Bid, Verdict]] = []
    divided = budget(situation)
    bids = divided.wanted.bids
    for place, bid in enumerate(bids):
        verdict = capture(divided, bid)
        found.append((bid, verdict))
        spent = bid.net_cost if verdict.outcome == "bought" else 0
        rest = replace(divided.wanted, bids=bids[place + 1 :])
        divided = replace(divided, left=divided.left - spent, wanted=rest)
    return found


def _morning(divided: Budget, sport: Sport, at: datetime) -> Verdict:
    affordable = divided.for_mornings >= sport.odds_cost
    if (divided.thrift or not affordable) and sport.odds_at is not None and sport.has_odds_for(at):
        return Verdict("met", f"the odds of {sport.odds_at:%H:%M} UTC do")
    if affordable:
        return Verdict("bought")
    return Verdict("given_up", f"of the {divided.left} credits left, {divided.wanted.gradings} are kept for gradings")


def _grading(divided: Budget, sport: Sport, at: datetime) -> Verdict:
    waits = any(game.waits and game.tip_off <= at for game in sport.games)
    if divided.thrift and not waits and sport.scores_at is not None and _are_renewed(sport, sport.scores_at, at):
        return Verdict("met", f"the scores of {sport.scores_at:%H:%M} UTC do, and no game waits for a final")
    return Verdict("bought")


def _are_renewed(sport: Sport, scores_at: datetime, at: datetime) -> bool:
    """Return whether scores are recent at `at`, and a game that is listed will be over while they still are."""
    until = scores_at + RESULTS_WITHIN
    return at <= until and any(game.waits and at < sport.over_by(game) <= until for game in reversed(sport.games))


def _check(divided: Budget, sport: Sport, games: Collection[int], at: datetime) -> Verdict:
    if not divided.thrift:
        return Verdict("bought")
    last, since = _end_of_night(sport, games, at), sport.scores_at
    spaced = _EXTRA_AFTER if divided.spacing is None else timedelta(minutes=divided.spacing)
    # The last check of a night that should be over is its grading, and is not put off.
    is_graded = since is not None and since >= last
    if at < last and divided.spacing is None:
        due = last
    elif at < last:
        due = at if since is None else min(last, since + spaced)
    elif divided.spacing is None and since is not None and since >= last + _EXTRA_AFTER - DECIDED_EARLY:
        return Verdict("deferred", "the daily results do: the night has had its checks", next_check=LATER)
    else:
        due = since + spaced if since is not None and is_graded else at
    if at < due - DECIDED_EARLY:
        return Verdict("deferred", f"the next check is at {due:%H:%M} UTC", next_check=due - at)
    # Where nothing is left for a check beside one grading a day, the daily results do both.
    if divided.for_checks >= sport.scores_cost:
        return Verdict("bought", next_check=spaced)
    again = min(LATER, max(last - at, DECIDED_EARLY)) if at < last else LATER
    return Verdict("given_up", f"{_set_aside(divided)}; the daily results grade the games", next_check=again)


def _end_of_night(sport: Sport, games: Collection[int], at: datetime) -> datetime:
    """Return when the last game of these games' nights should be final. Only picked games count, beside these."""
    nights = {game.night for game in sport.games if game.id in games}
    waited_for: Iterable[Game] = (
        game for game in sport.games if game.night in nights and (game.id in games or (game.picked and game.waits))
    )
    return max((sport.over_by(game) + OVERRUN for game in waited_for), default=at)


def _set_aside(divided: Budget) -> str:
    wanted = divided.wanted
    return (
        f"of the {divided.left} credits left, {wanted.gradings} are kept for gradings and {wanted.mornings} for the "
        "morning odds"
    )


def _needed_for(divided: Budget, better: float) -> str:
    checks = f"{divided.wanted.extra_checks[None]:.0f} for an extra check a night"
    others = f"captures of more games with picks for a credit need {better:.0f}"
    return f"{_set_aside(divided)}, {checks}; {others}"
