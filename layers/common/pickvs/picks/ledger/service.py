"""Shows picks to other users, once nobody can copy them."""

from datetime import datetime

from msgspec.structs import asdict

from pickvs.core import clock
from pickvs.core.csv_text import write_csv
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.core.paging import read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.markets.config import pick_times
from pickvs.markets.values import Market
from pickvs.picks.ledger import queries
from pickvs.picks.ledger.queries import EntryRow, LedgerFilter, PickTermsRow, Position, SignedPickRow
from pickvs.picks.ledger.rules import Bet, Score, grade, rule
from pickvs.picks.ledger.schemas import Cause, Entry, Explanation, PublicPicks, Reckoning, SignedPick
from pickvs.picks.reading import shown
from pickvs.picks.rules import TipOff, is_visible
from pickvs.sports.service import refuse_unknown_sport

_COLUMNS = (
    "id", "username", "game_id", "home_team", "away_team", "commence_time", "game_status", "home_score", "away_score",
    "market", "selection", "line", "price", "stake_units", "placed_at", "result", "result_units", "graded_at",
    "closing_line", "closing_price", "clv_percent", "void_reason", "clv_reason", "clv_points",
)  # fmt: skip


def show_pick(pick_id: int, *, caller_id: int) -> SignedPick:
    """Return a pick to the caller.

    Raises NotFound (PICK_NOT_FOUND) if the id is unknown, or if the pick is another user's and its game has not locked.
    The error is the same in both cases, so it does not reveal the pick.
    """
    with transaction() as connection:
        return _signed(_visible(connection, pick_id, caller_id))


def explain_pick(pick_id: int, *, caller_id: int) -> Explanation:
    """Return how a pick got its result. Raises NotFound in the same cases as `show_pick`."""
    with transaction() as connection:
        pick = _visible(connection, pick_id, caller_id)
        booked = queries.entries(connection, pick_id)
    bet = Bet(pick.market, pick.selection, pick.line, pick.price, pick.stake_units, pick.placed_at, pick.draw_offered)
    return Explanation(
        pick=_signed(pick),
        rule=rule(pick.market, draw_offered=pick.draw_offered),
        entries=[_entry(row, bet) for row in booked],
    )


def list_public(
    *,
    username: str | None,
    sport: str | None,
    market: Market | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> PublicPicks:
    """Return a page of all users' settled picks, latest games first.

    A regrade changes a pick in place and moves no pick to another position. username: case-insensitive; an unknown name
    gives an empty page. since, until: range of tip-offs, since inclusive, until exclusive.

    Raises Invalid if the sport is not covered, if `until` is not after `since`, or if the cursor belongs to another
    list.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    after = _position(cursor) if cursor is not None else None
    chosen = LedgerFilter(username, sport, market, since, until)
    locked_until = clock.now() + pick_times().lock_margin
    with transaction() as connection:
        rows = queries.settled_picks(connection, chosen, locked_until=locked_until, after=after, limit=limit + 1)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return PublicPicks(
        picks=[_signed(row) for row in page],
        next_cursor=write_cursor(last.commence_time.isoformat(), last.game_id, last.id) if last else None,
    )


def as_csv(page: PublicPicks) -> str:
    """Return a page's picks as CSV: a header, then one row per pick. The game's fields are columns."""
    rows = []
    for pick in page.picks:
        game = pick.game
        own = asdict(pick) | asdict(game) | {"game_id": game.id, "game_status": game.status, "id": pick.id}
        rows.append([own[column] for column in _COLUMNS])
    return write_csv(_COLUMNS, rows)


def _visible(connection: Connection, pick_id: int, caller_id: int) -> PickTermsRow:
    pick = queries.pick_by_id(connection, pick_id)
    if pick is not None:
        game = TipOff(pick.commence_time, pick.game_status)
        margin = pick_times().lock_margin
        if is_visible(game, clock.now(), margin, own=pick.user_id == caller_id):
            return pick
    raise NotFound("PICK_NOT_FOUND", "There is no such pick, or its game has not locked yet.")


def _signed(row: SignedPickRow) -> SignedPick:
    return SignedPick.of(shown(row), username=row.username)


def _entry(row: EntryRow, bet: Bet) -> Entry:
    return Entry(
        kind="booked" if row.sign == 1 else "taken_back",
        result=row.result,
        void_reason=row.void_reason,
        units=row.sign * row.units,
        wagered=row.sign * row.wagered,
        closing_line=row.closing_line,
        closing_price=row.closing_price,
        clv_percent=row.clv_percent,
        clv_reason=row.clv_reason,
        clv_points=row.clv_points,
        settled_at=row.settled_at,
        cause=Cause(
            outcome=row.outcome,
            home_score=row.home_score,
            away_score=row.away_score,
            began_at=row.began_at,
            source=row.source.partition(":")[0],  # without the administrator's id, which only the audit log shows
            reason=row.reason,
            recorded_at=row.recorded_at,
        ),
        reckoning=_reckoning(row, bet) if row.sign == 1 else None,
    )


def _reckoning(row: EntryRow, bet: Bet) -> Reckoning:
    score = None
    if row.home_score is not None and row.away_score is not None:
        score = Score(row.home_score, row.away_score, row.began_at)
    found = grade(bet, score, is_duplicate=row.void_reason == "duplicate")
    return Reckoning(
        comparison=found.comparison,
        payment=found.payment,
        result=found.result,
        units=found.units,
        agrees=(found.result, found.units) == (row.result, row.units),
    )


def _position(cursor: str) -> Position:
    moment, game_id, pick_id = read_cursor(cursor, str, int, int)
    return read_moment(moment), game_id, pick_id
