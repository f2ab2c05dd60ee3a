"""What new results change: the picks of their games, and the ranks on the all-time board."""

from collections.abc import Mapping
from dataclasses import dataclass

from pickvs.core.database import Connection
from pickvs.operations.administration.results import queries
from pickvs.operations.administration.results.queries import ChangedPick
from pickvs.operations.administration.results.schemas import MOST_LISTED, PickChange, PickState, RankChange
from pickvs.standings.service import overall_ranks


@dataclass(frozen=True, slots=True)
class Effects:
    """Changed picks and ranks: their numbers, and the first of each. sealed: whether picks of the games are sealed."""

    sealed: bool
    picks_changed: int
    picks: list[PickChange]
    ranks_changed: int
    ranks: list[RankChange]


def effects_of(
    connection: Connection, results: Mapping[int, int], ranks_before: Mapping[int, int], *, sealed: bool, dry_run: bool
) -> Effects:
    """Return the effects of the newest results of games, which must be settled.

    results: a result's id by its game's id. ranks_before: ranks by user id without the results. sealed: whether picks
    of the games are sealed: then they are counted and not listed. A dry run does not even count them, because asking
    has no price: an administrator may be a contestant.
    """
    if sealed and dry_run:
        return Effects(sealed=sealed, picks_changed=0, picks=[], ranks_changed=0, ranks=[])
    changed = [
        queries.changed_picks(connection, game_id, result_id, MOST_LISTED) for game_id, result_id in results.items()
    ]
    ranks_after = overall_ranks(connection)
    moved = [user for user in {**ranks_before, **ranks_after} if ranks_before.get(user) != ranks_after.get(user)]
    moved.sort(key=lambda user: (user not in ranks_after, ranks_after.get(user, 0), user))
    listed = moved[:MOST_LISTED]
    units = queries.units_around(connection, listed, results.values())
    picks = [_pick_change(pick) for of_game in changed for pick in of_game] if not sealed else []
    return Effects(
        sealed=sealed,
        picks_changed=sum(of_game[0].changed for of_game in changed if of_game),
        picks=picks[:MOST_LISTED],
        ranks_changed=len(moved),
        ranks=[
            RankChange(
                username=units[user].username,
                before=ranks_before.get(user),
                after=ranks_after.get(user),
                units_before=units[user].before,
                units_after=units[user].after,
            )
            for user in listed
        ],
    )


def _pick_change(pick: ChangedPick) -> PickChange:
    return PickChange(
        pick_id=pick.pick_id,
        username=pick.username,
        market=pick.market,
        selection=pick.selection,
        line=pick.line,
        price=pick.price,
        stake_units=pick.stake_units,
        before=PickState(
            result=pick.result_before,
            units=pick.units_before,
            closing_line=pick.closing_line_before,
            closing_price=pick.closing_price_before,
            clv_percent=pick.clv_percent_before,
        ),
        after=PickState(
            result=pick.result_after,
            units=pick.units_after,
            closing_line=pick.closing_line_after,
            closing_price=pick.closing_price_after,
            clv_percent=pick.clv_percent_after,
        ),
    )
