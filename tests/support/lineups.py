"""Judges lineups and portfolios by the rules as they are written, and lists all lineups of a small pool.

Nothing here is shared with the optimizer: sets, sums and loops alone. Two lineups are the same if they have the same
players and give the same of them a factor (a captain); which of two equal slots a player fills makes no difference.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from pickvs.dfs.formats.rules import Format, Slot
from pickvs.dfs.optimizer.pool import Lineup, Player, Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, PortfolioRules, Stack

type Signature = frozenset[tuple[int, Decimal]]


def lineup_faults(pool: Pool, rules: LineupRules, lineup: Lineup) -> list[str]:
    """Return what the lineup breaks, a sentence a rule; empty if nothing."""
    known = {player.id: player for player in pool.players}
    unknown = [each for each in lineup.players if each not in known]
    if unknown or len(lineup.players) != len(pool.format.slots):
        return [f"unknown players {unknown}, {len(lineup.players)} of {len(pool.format.slots)} slots"]
    players = [known[each] for each in lineup.players]
    return [
        *_faults_of_format(pool.format, players),
        *_faults_of_sums(pool.format, players, lineup),
        *_faults_of_rules(rules, players),
        *(f"group: {group}" for group in rules.groups if not _keeps_group(group, lineup.players)),
        *(f"stack: {stack}" for stack in rules.stacks if not _has_stack(stack, players)),
        *(f"opposing: {each}" for each in rules.opposing if _opposes(each, players)),
        *(
            []
            if salary_of(pool.format, players) >= (rules.min_salary or 0)
            else [f"less than {rules.min_salary} spent"]
        ),
    ]


def portfolio_faults(
    pool: Pool, rules: LineupRules, asked: PortfolioRules, lineups: Sequence[Lineup], *, complete: bool = True
) -> list[str]:
    """Return what the lineups break alone and together. complete: they are as many as asked, minimal exposures kept."""
    faults = [
        f"lineup {number}: {fault}"
        for number, lineup in enumerate(lineups, 1)
        for fault in lineup_faults(pool, rules, lineup)
    ]
    used = Counter(player for lineup in lineups for player in lineup.players)
    faults += [f"{used[each]} times {each}" for each, exposure in asked.exposures.items() if used[each] > exposure.most]
    if complete:
        faults += [
            f"only {used[each]} times {each}"
            for each, exposure in asked.exposures.items()
            if used[each] < exposure.least
        ]
    if len(lineups) > asked.count or (complete and len(lineups) < asked.count):
        faults.append(f"{len(lineups)} lineups, {asked.count} wanted")
    return faults + _faults_of_repeating(pool.format, asked, lineups)


def _faults_of_repeating(game: Format, asked: PortfolioRules, lineups: Sequence[Lineup]) -> list[str]:
    signatures = [signature(game, lineup) for lineup in lineups]
    sets = [frozenset(lineup.players) for lineup in lineups]
    faults = ["a lineup twice"] if len(set(signatures)) < len(signatures) else []
    faults += [f"taken already: {sorted(each)}" for each in sets if each in asked.taken]
    if asked.max_repeating is not None:
        pairs = [*combinations(sets, 2), *((each, earlier) for each in sets for earlier in asked.taken)]
        most = max((len(one & other) for one, other in pairs), default=0)
        faults += [f"{most} players repeat"] if most > asked.max_repeating else []
    return faults


def signature(game: Format, lineup: Lineup) -> Signature:
    """Return what makes the lineup different from others."""
    return frozenset((player, slot.factor) for player, slot in zip(lineup.players, game.slots, strict=True))


def salary_in(slot: Slot, player: Player) -> int:
    """Return what the player costs in the slot."""
    if slot.factor == 1:
        return player.salary
    exact = player.captain_salary if player.captain_salary is not None else player.salary * slot.factor
    assert exact == int(exact), player
    return int(exact)


def salary_of(game: Format, players: Sequence[Player]) -> int:
    """Return what the players cost in the order of the slots."""
    return sum(salary_in(slot, player) for slot, player in zip(game.slots, players, strict=True))


def _faults_of_format(game: Format, players: Sequence[Player]) -> list[str]:
    faults = [
        f"{player.name} in {slot.name}"
        for slot, player in zip(game.slots, players, strict=True)
        if slot.name not in player.slots
    ]
    if len({player.id for player in players}) < len(players):
        faults.append("a player twice")
    if salary_of(game, players) > game.cap:
        faults.append("over the cap")
    if len({player.game for player in players}) < game.min_games:
        faults.append("too few games")
    if len({player.team for player in players if not player.positions & game.min_teams_except}) < game.min_teams:
        faults.append("too few teams")
    teams = Counter(player.team for player in players if not player.positions & game.max_per_team_except)
    if game.max_per_team is not None and any(count > game.max_per_team for count in teams.values()):
        faults.append("too many of a team")
    return faults


def _faults_of_sums(game: Format, players: Sequence[Player], lineup: Lineup) -> list[str]:
    points = sum((slot.factor * player.points for slot, player in zip(game.slots, players, strict=True)), Decimal())
    return [
        *([] if points == lineup.points else [f"{lineup.points} points instead of {points}"]),
        *([] if salary_of(game, players) == lineup.salary else [f"{lineup.salary} is not its salary"]),
    ]


def _faults_of_rules(rules: LineupRules, players: Sequence[Player]) -> list[str]:
    ids = {player.id for player in players}
    teams = Counter(player.team for player in players)
    owned = sum((player.ownership or Decimal() for player in players), Decimal())
    return [
        *(["without a lock"] if not rules.locks <= ids else []),
        *(["with an excluded player"] if rules.excludes & ids else []),
        *(f"{teams[team]} of {team}" for team, most in rules.team_most.items() if teams[team] > most),
        *(f"only {teams[team]} of {team}" for team, least in rules.team_least.items() if teams[team] < least),
        *([f"ownership of {owned}"] if rules.max_ownership is not None and owned > rules.max_ownership else []),
        *(
            f"{player.name} has a projection of {player.points}"
            for player in players
            if rules.min_points is not None and player.points < rules.min_points
        ),
    ]


def _keeps_group(group: Group, ids: Sequence[int]) -> bool:
    if group.if_player is not None and group.if_player not in ids:
        return True
    has = len(group.players.intersection(ids))
    return {
        Comparison.AT_MOST: has <= group.count,
        Comparison.AT_LEAST: has >= group.count,
        Comparison.EXACTLY: has == group.count,
    }[group.comparison]


def _has_stack(stack: Stack, players: Sequence[Player]) -> bool:
    counting = [player for player in players if not stack.positions or stack.positions & player.positions]
    for team, game in {(player.team, player.game) for player in counting}:
        own = sum(player.team == team for player in counting)
        opponents = sum(player.game == game and player.team != team for player in counting)
        if (not stack.teams or team in stack.teams) and own >= stack.count and opponents >= stack.opponents:
            return True
    return False


def _opposes(rule: OpposingPositions, players: Sequence[Player]) -> bool:
    return any(
        one.game == other.game
        and one.team != other.team
        and one.positions & rule.positions
        and other.positions & rule.against
        for one in players
        for other in players
    )


def every_lineup(pool: Pool, rules: LineupRules) -> Iterator[Lineup]:
    """Yield each legal lineup once, in no order; for pools of up to about 14 players."""
    game = pool.format
    seen: set[Signature] = set()
    for chosen in combinations(pool.players, len(game.slots)):
        for players in seatings(game, chosen):
            lineup = Lineup(
                players=tuple(player.id for player in players),
                points=sum((slot.factor * p.points for slot, p in zip(game.slots, players, strict=True)), Decimal()),
                salary=salary_of(game, players),
            )
            if signature(game, lineup) in seen:
                continue
            seen.add(signature(game, lineup))
            if not lineup_faults(pool, rules, lineup):
                yield lineup


def seatings(game: Format, players: Sequence[Player]) -> Iterator[tuple[Player, ...]]:
    """Yield each way to put all of the players into the slots."""

    def fill(number: int, free: tuple[Player, ...]) -> Iterator[tuple[Player, ...]]:
        if number == len(game.slots):
            yield ()
            return
        for player in free:
            if game.slots[number].name in player.slots:
                rest = tuple(each for each in free if each is not player)
                yield from ((player, *others) for others in fill(number + 1, rest))

    yield from fill(0, tuple(players))
