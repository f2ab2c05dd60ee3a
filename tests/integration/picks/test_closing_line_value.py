"""Closing line value: which quote is the close, the vectors of rules.md, and a computation without the SQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.administration import make_admin, set_start
from tests.support.boards import sums
from tests.support.contest import TIP_OFF, Contest
from tests.support.examples import examples
from tests.support.gateway import call
from tests.support.picking import set_pick_rules
from tests.support.profiles import profile

INSTANT, MINUTE, HOUR = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1)
WINDOW = 30 * MINUTE
SETTLED_AT = TIP_OFF + 4 * HOUR

type Value = tuple[Decimal | None, int | None, Decimal | None, Decimal | None, str | None]
"""Closing line and price, closing line value in percent, in points, and the reason why there is no percentage."""

NO_CLOSE: Value = (None, None, None, None, "no_close")


def settle_now(at: datetime = SETTLED_AT) -> None:
    with transaction() as connection:
        settle(connection, at)


def values(contest: Contest, pick: int) -> list[tuple[int, Value]]:
    """Return the sign and the closing line value of each ledger entry of a pick, in order of booking."""
    rows = contest.connection.execute(
        "SELECT * FROM settlement_ledger WHERE pick_id = %s ORDER BY result_id, sign", (pick,)
    )
    columns = ("closing_line", "closing_price", "clv_percent", "clv_points", "clv_reason")
    return [(row["sign"], tuple(row[column] for column in columns)) for row in rows]  # type: ignore[misc]


def close_of(contest: Contest, *, made_at: timedelta, captured_at: timedelta | None = None) -> int | None:
    """Return the closing price of a pick whose side has a quote at -120 that was made then, from the tip-off on."""
    game = contest.game()
    early = TIP_OFF - 2 * HOUR
    pick = contest.pick(
        contest.user(), contest.quote(game, "moneyline", "home", None, -110, made_at=early, superseded_at=early)
    )
    contest.quote(
        game,
        "moneyline",
        "home",
        None,
        -120,
        made_at=TIP_OFF + made_at,
        captured_at=None if captured_at is None else TIP_OFF + captured_at,
    )
    contest.final(game, 100, 90)
    settle_now()
    [(_, value)] = values(contest, pick)
    assert (value[1] is None) == (value == NO_CLOSE)
    return value[1]


@pytest.mark.parametrize(("made_at", "price"), [(-INSTANT, -120), (timedelta(0), -120), (INSTANT, None)])
def test_a_quote_made_at_the_tip_off_is_the_close_and_one_made_after_it_is_none(
    contest: Contest, made_at: timedelta, price: int | None
) -> None:
    assert close_of(contest, made_at=made_at) == price


@pytest.mark.parametrize(
    ("captured_at", "price"),
    [(-WINDOW, -120), (-WINDOW - INSTANT, None), (-WINDOW - timedelta(seconds=1), None)],
)
def test_a_quote_that_was_last_seen_too_long_before_the_tip_off_is_no_close(
    contest: Contest, captured_at: timedelta, price: int | None
) -> None:
    assert close_of(contest, made_at=-HOUR, captured_at=captured_at) == price


def test_of_two_quotes_the_later_one_is_the_close(contest: Contest) -> None:
    game, user = contest.game(), contest.user()
    early, late = TIP_OFF - 20 * MINUTE, TIP_OFF
    pick = contest.pick(
        user, contest.quote(game, "total", "over", Decimal(200), -110, made_at=early, superseded_at=early)
    )
    contest.quote(game, "total", "over", Decimal(201), -105, made_at=late)
    contest.final(game, 100, 90)
    settle_now()
    assert [value[:2] for _, value in values(contest, pick)] == [(201, -105)]


@pytest.mark.parametrize(
    ("market", "side", "taken", "close", "percent", "points"),
    [
        ("spread", "home", ("-2.5", -110), ("-2.5", "0.6"), "14.5455", None),
        ("spread", "home", ("0", -110), ("0", "0.5"), "-4.5455", None),
        ("moneyline", "away", (None, 150), (None, "0.4"), "0", None),  # worth what it cost: 0, and not null
        ("moneyline", "draw", (None, 230), (None, "0.25"), "-17.5", None),
        ("total", "over", ("200", 100), ("200", "0.4999"), "-0.02", None),
        ("spread", "home", ("-2.5", -110), ("-3.5", "0.6"), None, "1"),
        ("spread", "away", ("2.5", -110), ("3.5", "0.6"), None, "-1"),
        ("spread", "home", ("-0.5", -110), ("0.5", "0.6"), None, "-1"),
        ("total", "over", ("200", -110), ("201.5", "0.6"), None, "1.5"),
        ("total", "under", ("200", -110), ("201.5", "0.6"), None, "-1.5"),
    ],
)
def test_the_vectors(
    contest: Contest,
    market: str,
    side: str,
    taken: tuple[str | None, int],
    close: tuple[str | None, str],
    percent: str | None,
    points: str | None,
) -> None:
    def exact(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    game, early = contest.game(), TIP_OFF - 2 * HOUR
    quote = contest.quote(game, market, side, exact(taken[0]), taken[1], made_at=early, superseded_at=early)
    pick = contest.pick(contest.user(), quote)
    contest.quote(game, market, side, exact(close[0]), -120, probability=Decimal(close[1]), made_at=TIP_OFF - MINUTE)
    contest.final(game, 100, 90)
    settle_now()
    reason = "other_line" if percent is None else None
    assert values(contest, pick) == [(1, (exact(close[0]), -120, exact(percent), exact(points), reason))]


@pytest.fixture
def drifting(contest: Contest) -> tuple[int, int]:
    """A game with a pick at -110, whose side is at -120 from 90 minutes before the announced tip-off, then at -130."""
    game, early = contest.game(), TIP_OFF - 4 * HOUR
    pick = contest.pick(
        contest.user("anna"),
        contest.quote(game, "moneyline", "home", None, -110, made_at=early, superseded_at=TIP_OFF - 90 * MINUTE),
    )
    contest.quote(
        game,
        "moneyline",
        "home",
        None,
        -120,
        probability=Decimal("0.52"),
        made_at=TIP_OFF - 90 * MINUTE,
        captured_at=TIP_OFF - 70 * MINUTE,
        superseded_at=TIP_OFF - 10 * MINUTE,
    )
    contest.quote(
        game,
        "moneyline",
        "home",
        None,
        -130,
        probability=Decimal("0.54"),
        made_at=TIP_OFF - 10 * MINUTE,
        captured_at=TIP_OFF - 5 * MINUTE,
    )
    return game, pick


@pytest.mark.parametrize(
    ("late", "closing_price"),
    [
        (timedelta(0), -130),
        (25 * MINUTE, -130),  # later than announced, by a quote that was seen half an hour before
        (25 * MINUTE + INSTANT, None),
        (-10 * MINUTE, -130),
        (-10 * MINUTE - INSTANT, None),  # by the announced tip-off there would be a close
        (-40 * MINUTE, -120),
        (-90 * MINUTE, -120),
    ],
)
def test_the_close_is_that_of_the_real_start_and_not_of_the_announced_one(
    contest: Contest, drifting: tuple[int, int], late: timedelta, closing_price: int | None
) -> None:
    game, pick = drifting
    contest.final(game, 100, 90, began_at=TIP_OFF + late)
    settle_now()
    assert [value[1] for _, value in values(contest, pick)] == [closing_price]


def test_a_corrected_start_changes_the_close_and_what_follows_from_it(
    contest: Contest, database: str, drifting: tuple[int, int]
) -> None:
    game, pick = drifting
    contest.final(game, 100, 90, began_at=TIP_OFF)
    settle_now()
    percents = [value[2] for _, value in values(contest, pick)]
    admin = make_admin(contest, database)
    for began_at in (TIP_OFF - HOUR, TIP_OFF - 20 * MINUTE):
        answer = set_start(admin, game, began_at, at=SETTLED_AT)
        assert answer.status == 200, answer.body
        percents.append(values(contest, pick)[-1][1][2])
    # -110 is 21/11: 100 x (0.54 x 21/11 - 1), then 0.52, then no close within half an hour of the start.
    assert percents == [Decimal("3.0909"), Decimal("-0.7273"), None]
    assert [sign for sign, _ in values(contest, pick)] == [1, -1, 1, -1, 1]
    assert values(contest, pick)[-1][1] == NO_CLOSE
    row = next(iter(sums(database)["all", ("basketball_nba",), None].values()))
    assert (row["clv_picks"], row["clv_sum"]) == (0, 0)


def test_the_mean_is_of_the_picks_that_have_one_on_boards_and_profiles(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    user = contest.user("anna")
    for number in range(20):
        game, early = contest.game(), TIP_OFF - 2 * HOUR
        contest.pick(user, contest.quote(game, "total", "over", Decimal(200), 100, made_at=early, superseded_at=early))
        # Two closes at the same line, worth 4 and 3 percent; one at another line; 17 picks without a close.
        if number < 3:
            line, worth = Decimal(200 + number // 2), Decimal("0.52") - number * Decimal("0.005")
            contest.quote(game, "total", "over", line, -110, probability=worth, made_at=TIP_OFF)
        contest.final(game, 100, 90)
    settle_now()
    [row] = call("get_leaderboard", "GET", "/leaderboard", query={"sort": "clv"}).body["leaderboard"]
    assert (row["username"], row["clv_percent"], row["picks"]) == ("anna", 3.5, 20)
    assert profile("anna")["totals"]["clv_percent"] == 3.5


# ----------------------------------------------------------------------------------- a computation that knows no SQL


@dataclass(frozen=True)
class Quote:
    """What one side offered, from when until when it was seen so."""

    line: Fraction | None
    price: int
    probability: Fraction
    made_at: datetime
    captured_at: datetime


def value_of(taken: Quote, side: str, quotes: Sequence[Quote], start: datetime) -> Value:
    """Return the closing line value of a pick by rules.md."""
    seen = [quote for quote in quotes if quote.made_at <= start and start - quote.captured_at <= WINDOW]
    if not seen:
        return NO_CLOSE
    close = max(seen, key=lambda quote: quote.made_at)
    line = _decimal(close.line, "0.1")
    if close.line == taken.line:
        odds = 1 + (Fraction(taken.price, 100) if taken.price > 0 else Fraction(100, -taken.price))
        return line, close.price, _decimal(100 * (close.probability * odds - 1), "0.0001"), None, None
    assert close.line is not None
    assert taken.line is not None
    # A pick is better than the close if it takes fewer points of the other side or gives more to its own.
    better = close.line - taken.line if side == "over" else taken.line - close.line
    return line, close.price, None, _decimal(better, "0.1"), "other_line"


def _decimal(number: Fraction | None, places: str) -> Decimal | None:
    if number is None:
        return None
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal(places), ROUND_HALF_UP)


minutes = st.integers(-130, 20).map(lambda number: number * MINUTE)
edges = st.sampled_from([-WINDOW, timedelta(0), -WINDOW - INSTANT, INSTANT, -WINDOW + INSTANT])
"""Moments, from the start of the game on."""
prices = st.one_of(st.integers(100, 2000), st.integers(-2000, -100))
lines = st.integers(398, 404).map(lambda number: Fraction(number, 2))
drift = st.tuples(st.one_of(minutes, edges), lines, prices, st.integers(1, 9999))
starts = st.one_of(st.none(), st.integers(-90, 10).map(lambda number: number * MINUTE))
sides = st.sampled_from(
    [("moneyline", "away"), ("spread", "home"), ("spread", "away"), ("total", "over"), ("total", "under")]
)
slips = st.tuples(
    starts,
    sides,
    st.lists(drift, min_size=1, max_size=4, unique_by=lambda each: each[0]),
    st.integers(0, 3),
    st.integers(0, 1),
    st.sampled_from([0.0, 0.5, 1.0]),
)
"""When a game began (None: not known), a side, what it offered, which offer was taken, by whom, and how long each was
seen, from once to until the next one."""


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(played=st.lists(slips, min_size=1, max_size=5))
def test_it_agrees_with_a_computation_without_the_database(
    contest: Contest, database: str, played: list[tuple[Any, ...]]
) -> None:
    users = [contest.user() for _ in range(2)]
    expected: dict[int, Value] = {}
    means: defaultdict[int, list[Decimal]] = defaultdict(list)
    for late, (market, side), offers, which, who, seen in played:
        game, start = contest.game(), TIP_OFF + (late or timedelta(0))
        quotes, ids = [], []
        moments = sorted(offers)
        for position, (made, line, price, probability) in enumerate(moments):
            made_at = start + made
            gone = start + moments[position + 1][0] if position + 1 < len(moments) else None
            captured_at = made_at + seen * ((gone or made_at + 40 * MINUTE) - made_at)
            own = None if market == "moneyline" else line
            quotes.append(Quote(own, price, Fraction(probability, 10_000), made_at, captured_at))
            ids.append(
                contest.quote(
                    game,
                    market,
                    side,
                    _decimal(own, "0.1"),
                    price,
                    probability=Decimal(probability) / 10_000,
                    made_at=made_at,
                    captured_at=captured_at,
                    superseded_at=gone,
                )
            )
        taken = which % len(quotes)
        pick = contest.pick(users[who], ids[taken])
        expected[pick] = value_of(quotes[taken], side, quotes, start)
        contest.final(game, 100, 99, began_at=None if late is None else start)
        is_void = late is not None and quotes[taken].captured_at >= start
        if expected[pick][2] is not None and not is_void:
            means[users[who]].append(expected[pick][2])
    settle_now()
    assert {pick: values(contest, pick) for pick in expected} == {
        pick: [(1, value)] for pick, value in expected.items()
    }
    board = sums(database)["all", ("basketball_nba",), None]
    found = {
        user: (row["clv_picks"], row["clv_sum"]) for user, row in board.items() if row["clv_picks"] and user in users
    }
    assert found == {user: (len(each), sum(each)) for user, each in means.items()}
