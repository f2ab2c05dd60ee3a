"""GET /admin/reviews: what waits for an administrator, and what does not."""

from datetime import timedelta
from typing import Any

from pickvs.core import clock
from tests.support.administration import merge
from tests.support.contestants import make_user
from tests.support.gateway import Answer, call
from tests.support.markets import CAPTURED, TIP_OFF, final, fixture, list_game, odds, record, store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CLIPPERS, SUNS = "Los Angeles Clippers", "Phoenix Suns"


def reviews(admin: int, role: str = "admin", **query: Any) -> Answer:
    with clock.held_at(TIP_OFF):
        return call("list_reviews", "GET", "/admin/reviews", query=query, user=(admin, "the-admin"), role=role)


def test_events_without_a_game_and_games_in_review_are_listed_until_they_are_resolved(
    database: str, admin: int
) -> None:
    known = list_game(fixture(home=CLIPPERS, away=SUNS))
    store(odds(fixture("b" * 32, home="Inglewood Sails", away="Utah Jazz", tip_off=TIP_OFF + HOUR)), at=CAPTURED)
    record(final(fixture(home="Sails", away="Desert"), 1, 0), at=TIP_OFF + HOUR)
    listed = reviews(admin).body["reviews"]
    assert [(one["kind"], one["provider_id"], one["game_id"]) for one in listed] == [
        ("event", "b" * 32, None),
        ("game", None, known.id),
        ("event", "a" * 32, known.id),
    ]
    assert reviews(admin, kind="game").body["reviews"] == listed[1:2]
    assert reviews(admin, sport="icehockey_nhl").body["reviews"] == []
    record(final(fixture(home=CLIPPERS, away=SUNS), 1, 0), at=TIP_OFF + 2 * HOUR)
    assert reviews(admin).body["reviews"] == listed[:1]


def test_an_absorbed_game_waits_for_nobody(database: str, admin: int) -> None:
    survivor = list_game()
    absorbed = list_game(fixture("b" * 32, tip_off=TIP_OFF + 24 * HOUR))
    assert merge(admin, absorbed.id, survivor.id, at=CAPTURED + MINUTE).status == 200
    assert reviews(admin).body["reviews"] == []


def test_a_page_goes_on_where_the_last_one_ended(database: str, admin: int) -> None:
    for number in range(5):
        store(odds(fixture(f"{number:032x}", home="Sails", away="Desert", tip_off=TIP_OFF + HOUR)), at=CAPTURED)
    found, cursor = [], None
    for _ in range(3):
        page = reviews(admin, limit="2", **({"cursor": cursor} if cursor else {})).body
        found += [one["provider_id"] for one in page["reviews"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert sorted(found) == [f"{number:032x}" for number in range(5)]


def test_only_administrators_see_it(database: str, admin: int) -> None:
    assert reviews(make_user(database, "bert"), role="user").status == 403
    assert reviews(make_user(database, "carl")).status == 403  # a token from before the role was taken away
