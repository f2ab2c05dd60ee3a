"""What users are told of their picks, against a model that settles and tells one pick at a time."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.markets.values import Move
from pickvs.picks.telling.service import tell_of_moves
from tests.support.contest import TIP_OFF, Contest
from tests.support.notices import World, erase, notices_of

type Told = tuple[int, str, int, str, float]
"""User, kind, pick, result and units."""


class Model:
    """Remembers the last result that each pick's owner was told of."""

    def __init__(self) -> None:
        self.last: dict[int, tuple[str, Decimal]] = {}
        self.told: list[Told] = []

    def graded(self, user: int, pick: int, result: str, units: Decimal) -> None:
        before = self.last.get(pick)
        if before == (result, units):
            return
        kind = "pick.regraded" if before else "pick.voided" if result == "void" else "pick.settled"
        self.last[pick] = (result, units)
        self.told.append((user, kind, pick, result, float(units)))


def told(contest: Contest) -> list[Told]:
    rows = contest.connection.execute("SELECT * FROM notices ORDER BY id").fetchall()
    return [
        (row["user_id"], row["kind"], each["pick_id"], each["result"], each["units"])
        for row in rows
        for each in [row["data"]]
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_course_of_results_tells_what_the_model_tells(contest: Contest, outside: World, seed: int) -> None:
    dice, model = Random(seed), Model()  # noqa: S311 - chance that can be repeated
    users = [contest.user() for _ in range(4)]
    games = [contest.game() for _ in range(3)]
    sides = ("home", Decimal("-4.5")), ("away", Decimal("4.5"))
    quotes = {(game, side): contest.quote(game, "spread", side, line, -110) for game in games for side, line in sides}
    picks: dict[int, tuple[int, int, str]] = {}
    for user in users:
        for game in games:
            side = dice.choice(["home", "away"])
            picks[contest.pick(user, quotes[game, side])] = (user, game, side)
    gone = users[-1]
    erase(contest, gone)
    for step in range(12):
        game, fate = dice.choice(games), dice.choice(["home", "away", "same", "void", "reopen", "nothing"])
        lead = {"home": 10, "away": -10, "same": 10}.get(fate)
        if lead is not None:
            contest.final(game, 100 + lead, 100)
        elif fate == "void":
            contest.void(game)
        elif (
            fate == "reopen"
            and contest.connection.execute(
                "SELECT FROM games WHERE id = %s AND result_id IS NOT NULL", (game,)
            ).fetchall()
        ):
            contest.reopen(game)
        with transaction() as connection:
            settle(connection, TIP_OFF + timedelta(hours=4, minutes=step))
        for pick, (user, of, side) in picks.items():
            if of != game or user == gone or fate in ("reopen", "nothing"):
                continue
            won = (lead or 0) > 0 if side == "home" else (lead or 0) < 0
            result = "void" if fate == "void" else "win" if won else "loss"
            units = {"void": Decimal(0), "win": Decimal("0.9091"), "loss": Decimal(-1)}[result]
            model.graded(user, pick, result, units)
    assert sorted(told(contest)) == sorted(model.told)
    assert not notices_of(contest, gone)


def settled(contest: Contest, outside: World) -> list[int]:
    """Settle a pick of each of three users: one with two webhooks, one who wants mails, one who wants nothing."""
    game = contest.game()
    quote = contest.quote(game, "moneyline", "home", None, -110)
    users = [contest.user() for _ in range(3)]
    for user in users:
        contest.pick(user, quote)
        outside.confirm(user)
        outside.webhook(user)
    outside.webhook(users[0], "https://other.example/")
    outside.choose(users[1], "pick.settled", "email", on=True)
    outside.choose(users[2], "pick.settled", "webhook", on=False)
    contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    return users


def test_deliveries_follow_webhooks_and_choices(contest: Contest, outside: World) -> None:
    first, second, third = settled(contest, outside)
    queued = outside.rows(
        """
        SELECT user_id, webhook_id IS NULL AS mail
        FROM deliveries JOIN notices ON notices.id = notice_id
        ORDER BY user_id, mail
        """
    )
    assert [(row["user_id"], row["mail"]) for row in queued] == [
        (first, False), (first, False), (second, False), (second, True),
    ]  # fmt: skip
    assert [len(notices_of(contest, user)) for user in (first, second, third)] == [1, 1, 1]
    assert outside.alarms.woken == ["arn:deliver_notices"]


def test_nobody_is_woken_for_what_is_only_in_feeds(contest: Contest, outside: World) -> None:
    contest.pick(contest.user(), contest.quote(game := contest.game(), "moneyline", "home", None, -110))
    contest.final(game, 100, 90)
    with transaction() as connection:
        assert settle(connection, TIP_OFF + timedelta(hours=4))["notices"] == 1
    assert outside.alarms.woken == []


def test_no_mail_is_queued_for_an_address_that_is_not_confirmed(contest: Contest, outside: World) -> None:
    user = contest.user()
    contest.pick(user, contest.quote(game := contest.game(), "moneyline", "home", None, -110))
    outside.choose(user, "pick.settled", "email", on=True)
    contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    assert [each["kind"] for each in notices_of(contest, user)] == ["pick.settled"]
    assert (outside.deliveries(), outside.alarms.woken) == ([], [])


def move(contest: Contest, game: int, after: datetime, *, at: datetime) -> int:
    before = contest.connection.execute("SELECT commence_time FROM games WHERE id = %s", (game,)).fetchall()
    contest.connection.execute("UPDATE games SET commence_time = %s WHERE id = %s", (after, game))
    with transaction() as connection:
        return tell_of_moves(connection, [Move(game, before[0]["commence_time"], after)], at)


def test_who_has_open_picks_on_a_game_is_told_once_that_it_has_moved(contest: Contest, outside: World) -> None:
    game, other, at = contest.game(), contest.game(), TIP_OFF - timedelta(hours=3)
    picker, stranger = contest.user(), contest.user()
    for market, side, line in (("moneyline", "home", None), ("total", "over", Decimal(200))):
        contest.pick(picker, contest.quote(game, market, side, line, -110))
    contest.pick(stranger, contest.quote(other, "moneyline", "home", None, -110))
    assert move(contest, game, TIP_OFF + timedelta(minutes=4), at=at) == 0
    assert move(contest, game, TIP_OFF + timedelta(minutes=64), at=at) == 1
    [notice] = notices_of(contest, picker)
    data: dict[str, Any] = notice["data"]
    assert (notice["kind"], data["game_id"]) == ("game.moved", game)
    assert [datetime.fromisoformat(data[name]) for name in ("started_at", "starts_at")] == [
        TIP_OFF, TIP_OFF + timedelta(minutes=64),
    ]  # fmt: skip
    assert not notices_of(contest, stranger)
    # Back again: that is another move, at another time.
    assert move(contest, game, TIP_OFF, at=at + timedelta(minutes=1)) == 1


def test_small_moves_add_up(contest: Contest, outside: World) -> None:
    """What counts is the distance from the start that users know, whatever the steps."""
    game, at = contest.game(), TIP_OFF - timedelta(hours=3)
    user = contest.user()
    contest.pick(user, contest.quote(game, "moneyline", "home", None, -110))
    told = [
        move(contest, game, TIP_OFF + timedelta(minutes=minutes), at=at + timedelta(minutes=step))
        for step, minutes in enumerate([3, 0, -3, 1, 4, 7, 9, 11, 13, 12])
    ]
    assert told == [0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    starts = [(each["data"]["started_at"], each["data"]["starts_at"]) for each in notices_of(contest, user)]
    minutes = [
        tuple((datetime.fromisoformat(start) - TIP_OFF) // timedelta(minutes=1) for start in both) for both in starts
    ]
    assert minutes == [(0, 7), (7, 13)]


def test_nobody_is_told_of_a_game_that_has_begun_or_is_settled(contest: Contest, outside: World) -> None:
    game, user = contest.game(), contest.user()
    contest.pick(user, contest.quote(game, "moneyline", "home", None, -110))
    assert move(contest, game, TIP_OFF + timedelta(minutes=10), at=TIP_OFF + timedelta(minutes=20)) == 0
    contest.void(game)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    assert move(contest, game, TIP_OFF + timedelta(days=1), at=TIP_OFF + timedelta(hours=5)) == 0
