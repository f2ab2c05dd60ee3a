"""Which of a lineup's players fills which slot: late starters in wide slots, so that late swap stays open.

A player can be replaced until his game starts, by anybody who may fill his slot. So the latest starter belongs into the
slot that takes the most positions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.pool import Player

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def latest_in_widest(
    game: Format, players: Sequence[Player], starts: Mapping[int, datetime], fixed: Collection[int] = ()
) -> tuple[int, ...]:
    """Return the ids of the players in the best of all legal orders.

    The widest slot has the latest starter that it can have; then the next widest, and so on. Slots of one width are
    compared by the sum of their players' places among the starts. Ties go to the order of the ids. players: in slots
    that they may fill. starts: by id; a player without one counts as the first to start. fixed: numbers of slots whose
    players stay. A player stays in a slot of his factor.

    Raises ValueError if a player is in a slot that he may not fill.
    """
    for number, (slot, player) in enumerate(zip(game.slots, players, strict=True)):
        if slot.name not in player.slots and number not in fixed:
            raise ValueError(f"{player.name} may not fill the slot {slot.name}.")
    moving = [number for number in range(game.size) if number not in fixed]
    chosen = sorted((players[number] for number in moving), key=lambda player: player.id)
    factors = {players[number].id: game.slots[number].factor for number in moving}
    times = [starts.get(player.id, _LONG_AGO) for player in chosen]
    ranks = [sorted(set(times)).index(time) for time in times]
    worth = _worth_of_width(game, moving, len(chosen))
    gains = [
        [
            worth[len(game.slots[number].positions)] * rank
            if game.slots[number].name in player.slots and game.slots[number].factor == factors[player.id]
            else None
            for player, rank in zip(chosen, ranks, strict=True)
        ]
        for number in moving
    ]
    order = _best_order(gains)
    ids = [player.id for player in players]
    for number, place in zip(moving, order, strict=True):
        ids[number] = chosen[place].id
    return tuple(ids)


def _worth_of_width(game: Format, slots: Sequence[int], players: int) -> dict[int, int]:
    """Return what a place among the starts is worth in a slot of each width: more than all narrower slots together."""
    widths = sorted({len(game.slots[number].positions) for number in slots})
    return {width: (players * players + 1) ** level for level, width in enumerate(widths)}


def _best_order(gains: Sequence[Sequence[int | None]]) -> list[int]:
    """Return a player for each slot with the greatest sum of gains, the first of them in lexicographic order.

    gains: by slot and player; None where he may not be. Dynamic programming over the sets of players already seated.
    """
    count = len(gains)
    levels: list[dict[int, int]] = [{(1 << count) - 1: 0}]
    for row in reversed(gains):
        best: dict[int, int] = {}
        for seated, value in levels[-1].items():
            for player, gain in enumerate(row):
                if gain is not None and seated >> player & 1:
                    before = seated & ~(1 << player)
                    best[before] = max(best.get(before, -1), value + gain)
        levels.append(best)
    levels.reverse()
    seated, order = 0, []
    for slot, row in enumerate(gains):
        left = levels[slot + 1]
        player = next(
            player
            for player, gain in enumerate(row)
            if gain is not None
            and not seated >> player & 1
            and seated | 1 << player in left
            and left[seated | 1 << player] + gain == levels[slot][seated]
        )
        order.append(player)
        seated |= 1 << player
    return order
