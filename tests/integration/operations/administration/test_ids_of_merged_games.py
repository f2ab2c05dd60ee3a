"""What the provider goes on saying of two listings that an administrator has merged."""

from datetime import timedelta

import pytest

from pickvs.jobs.sources import Skipped
from tests.support.administration import merge
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import ids, score
from tests.support.markets import CAPTURED, ID, TIP_OFF, book, final, fixture, list_game, listed, odds, record, store
from tests.support.snapshot import rows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MERGED = CAPTURED + 5 * MINUTE
OVER = TIP_OFF + 3 * HOUR
OTHER_ID = "b" * 32


@pytest.mark.parametrize("into_the_first", [True, False])
@pytest.mark.parametrize("named", ["both", "absorbed", "survivor"])
def test_the_old_words_do_not_undo_a_merge(database: str, admin: int, *, into_the_first: bool, named: str) -> None:
    first, second = fixture(), fixture(OTHER_ID, tip_off=TIP_OFF + DAY)
    games = [list_game(first), list_game(second, at=CAPTURED + MINUTE)]
    user = make_user(database)
    made = [
        pick(user, games[0], "moneyline", "home", at=CAPTURED + MINUTE),
        pick(user, games[1], "total", "over", at=CAPTURED + MINUTE),
    ]
    survivor, absorbed = games if into_the_first else games[::-1]
    assert merge(admin, absorbed.id, survivor.id, at=MERGED).status == 200
    of_survivor, of_absorbed = (first, second) if into_the_first else (second, first)
    said = {"both": [first, second], "absorbed": [of_absorbed], "survivor": [of_survivor]}[named]
    store(*(odds(one) for one in said), at=MERGED + MINUTE)
    settled(MERGED + MINUTE)
    assert len(rows(database, "SELECT FROM games")) == 2
    assert ids(database) == {ID: games[0].id, OTHER_ID: games[1].id}
    assert [outcome(database, each) for each in made] == [(None, None)] * 2
    at = TIP_OFF + 2 * DAY
    record(*(final(one, 110, 105) for one in said), at=at)
    settled(at)
    assert score(database, survivor.id) == ("finished", 110, 105)
    assert [outcome(database, each)[0] for each in made] == ["win", "loss"]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_listing_under_a_team_s_other_record_stays_merged(database: str, admin: int, *, swapped: bool) -> None:
    sport = "americanfootball_ncaaf"
    known = list_game(fixture(home="Ole Miss Rebels", away="LSU Tigers", sport=sport))
    home, away = ("LSU Tigers", "Mississippi Rebels") if swapped else ("Mississippi Rebels", "LSU Tigers")
    other = fixture(OTHER_ID, home=home, away=away, sport=sport)
    second = list_game(other, at=CAPTURED + MINUTE)
    made = pick(make_user(database), known, "moneyline", "home", at=CAPTURED)
    sides = "swapped" if swapped else "same"
    assert merge(admin, second.id, known.id, at=MERGED, sides=sides).status == 200
    store(odds(other), at=MERGED + MINUTE)
    record(final(other, *((20, 30) if swapped else (30, 20))), at=OVER)
    settled(OVER)
    assert (len(rows(database, "SELECT FROM games")), outcome(database, made)) == (2, ("win", None))


def test_an_unreadable_event_of_an_absorbed_game_withdraws_no_quotes(database: str, admin: int) -> None:
    survivor = list_game()
    absorbed = list_game(fixture(OTHER_ID, tip_off=TIP_OFF + DAY), at=CAPTURED + MINUTE)
    assert merge(admin, absorbed.id, survivor.id, at=MERGED).status == 200
    unreadable = (Skipped("unreadable", OTHER_ID),)
    counts = store(odds(markets=book("draftkings")), at=MERGED + MINUTE, skipped=unreadable)
    assert counts["quotes_withdrawn"] == 0


def test_a_postponed_survivor_takes_the_absorbed_id_along(database: str, admin: int) -> None:
    survivor = list_game()
    absorbed = list_game(fixture(OTHER_ID, tip_off=TIP_OFF + DAY), at=CAPTURED + MINUTE)
    made = pick(make_user(database), survivor, "moneyline", "home", at=CAPTURED + MINUTE)
    assert merge(admin, absorbed.id, survivor.id, at=MERGED).status == 200
    moved = TIP_OFF + 3 * DAY
    store(odds(fixture(tip_off=moved)), odds(fixture(OTHER_ID, tip_off=moved)), at=MERGED + MINUTE)
    settled(MERGED + MINUTE)
    assert outcome(database, made) == ("void", "game_void")
    assert listed(ID).id == listed(OTHER_ID).id != survivor.id
