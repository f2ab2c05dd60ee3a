"""A board with many ties: users whose picks are mostly alike."""

from datetime import timedelta
from decimal import Decimal

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest

AT = TIP_OFF + timedelta(hours=4)


def settle_now() -> None:
    with transaction() as connection:
        settle(connection, AT)


def fill(contest: Contest, users: int) -> dict[str, int]:
    """Create `users` users with 21 settled picks each, on 7 games whose closing quotes equal the picked ones.

    Returns the users' ids by name.
    """
    everybody = {f"user-{number}": contest.user(f"user-{number}") for number in range(1, users + 1)}
    for day in range(7):
        tip_off = TIP_OFF - timedelta(days=day)
        game = contest.game(tip_off)
        for market, sides, line in (
            ("moneyline", ("home", "away"), None),
            ("spread", ("home", "away"), Decimal("3.5")),
            ("total", ("over", "under"), Decimal("199.5")),
        ):
            quotes = [
                contest.quote(game, market, side, line, 110, probability=probability, made_at=tip_off)
                for side, probability in zip(sides, (Decimal("0.48"), Decimal("0.52")), strict=True)
            ]
            for number, user in enumerate(everybody.values()):
                contest.pick(user, quotes[(number + day) % 5 % 2])
        contest.final(game, 100 + day, 99)
    settle_now()
    return everybody
