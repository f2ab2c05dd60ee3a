"""An administrator's decision overrides everything a provider reports, until the game is reopened."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.jobs.sources import Skipped
from pickvs.markets.scores import rules
from tests.support.administration import act, hold_to_the_ledger
from tests.support.contest import Contest
from tests.support.games import game as game_of
from tests.support.games import results, score
from tests.support.markets import (
    CAPTURED,
    ID,
    TIP_OFF,
    ListedGame,
    final,
    fixture,
    list_game,
    listed,
    odds,
    playing,
    store,
)
from tests.support.markets import record as record_scores

OVER = TIP_OFF + timedelta(hours=3)
HOUR = timedelta(hours=1)
DECIDED = (Skipped(rules.DECIDED, ID),)


@pytest.fixture
def game(contest: Contest) -> ListedGame:
    """A game from the provider, with one pick of two units on the home team at -140."""
    listed_game = list_game()
    contest.pick(contest.user("anna"), listed_game.quote("moneyline", "home").id, Decimal(2))
    return listed_game


@pytest.fixture(autouse=True)
def _ledger_and_standings_agree_afterwards(database: str) -> Iterator[None]:
    yield
    hold_to_the_ledger(database)


def record(home: int, away: int, at: datetime) -> tuple[Skipped, ...]:
    """Record a final from the provider and settle, as process_results does."""
    skipped = record_scores(final(fixture(), home, away), at=at).skipped
    with transaction() as connection:
        settle(connection, at)
    return skipped


def ledger(contest: Contest) -> list[tuple[int, str]]:
    return [entry[:2] for entry in contest.ledger(1)]


def test_of_a_score(contest: Contest, database: str, admin: int, game: ListedGame) -> None:
    record(110, 105, OVER)
    assert act(admin, "result", game.id, (104, 105), at=OVER + HOUR).status == 200
    assert record(110, 106, OVER + 2 * HOUR) == DECIDED
    assert record(104, 105, OVER + 3 * HOUR) == ()
    assert score(database, game.id) == ("finished", 104, 105)
    assert ledger(contest) == [(1, "win"), (-1, "win"), (1, "loss")]


def test_an_answer_from_before_a_reopening_closes_no_game_again(
    contest: Contest, database: str, admin: int, game: ListedGame
) -> None:
    record(110, 105, OVER)
    act(admin, "reopen", game.id, at=OVER + 2 * HOUR)
    assert record(110, 105, OVER + HOUR) == ()
    assert (score(database, game.id), ledger(contest)) == (("live", None, None), [(1, "win"), (-1, "win")])
    assert record(110, 105, OVER + 3 * HOUR) == ()
    assert score(database, game.id) == ("finished", 110, 105)


def test_a_game_that_was_played_is_not_postponed_because_it_was_reopened(
    contest: Contest, database: str, admin: int, game: ListedGame
) -> None:
    record(110, 105, OVER)
    act(admin, "reopen", game.id, at=OVER + HOUR)
    record_scores(final(fixture(tip_off=TIP_OFF - timedelta(days=1)), 110, 105), at=OVER + 2 * HOUR)
    assert score(database, game.id) == ("finished", 110, 105)
    assert len(results(database)) == 3


def test_of_a_first_score(contest: Contest, database: str, admin: int, game: ListedGame) -> None:
    record_scores(playing(fixture(), 50, 48), at=TIP_OFF + HOUR)
    act(admin, "result", game.id, (104, 105), at=OVER)
    assert record(110, 105, OVER + HOUR) == DECIDED
    assert (score(database, game.id), ledger(contest)) == (("finished", 104, 105), [(1, "loss")])


def test_of_a_void(contest: Contest, database: str, admin: int, game: ListedGame) -> None:
    act(admin, "void", game.id, at=OVER)
    assert record(110, 105, OVER + HOUR) == DECIDED
    assert (score(database, game.id), ledger(contest)) == (("cancelled", None, None), [(1, "void")])


def test_of_a_void_before_tip_off_against_odds(database: str, admin: int, game: ListedGame) -> None:
    act(admin, "void", game.id, at=CAPTURED + timedelta(minutes=1))
    store(odds(), at=CAPTURED + timedelta(minutes=2))
    assert score(database, game.id) == ("cancelled", None, None)
    assert listed().quotes == {}


def test_of_a_regrade(contest: Contest, database: str, admin: int, game: ListedGame) -> None:
    record(110, 105, OVER)
    act(admin, "regrade", game.id, at=OVER + HOUR)
    assert record(90, 105, OVER + 2 * HOUR) == DECIDED
    assert ledger(contest) == [(1, "win"), (-1, "win"), (1, "win")]


@pytest.mark.parametrize("days", [0, 9])
def test_of_reopening_lets_the_provider_speak_again(
    contest: Contest, database: str, admin: int, game: ListedGame, days: int
) -> None:
    """This holds at any later time: the 72 hours for corrections begin with the provider's next final."""
    record(110, 105, OVER)
    later = OVER + timedelta(days=days)
    act(admin, "result", game.id, (104, 105), at=later + HOUR)
    answer = act(admin, "reopen", game.id, at=later + 2 * HOUR)
    assert answer.body["after"]["status"] == ("review" if days else "live")
    assert ledger(contest)[-1] == (-1, "loss")
    assert record(110, 105, later + 3 * HOUR) == ()
    assert score(database, game.id) == ("finished", 110, 105)
    assert ledger(contest)[-1] == (1, "win")
    assert record(90, 105, later + 74 * HOUR) == ()
    assert ledger(contest)[-1] == (1, "loss")


def test_of_reopening_before_tip_off_lets_it_be_picked_again(database: str, admin: int, game: ListedGame) -> None:
    act(admin, "void", game.id, at=CAPTURED + timedelta(minutes=1))
    assert listed().quotes == {}
    act(admin, "reopen", game.id, at=CAPTURED + timedelta(minutes=2))
    assert len(listed().quotes) == 6
    store(odds(), at=CAPTURED + timedelta(minutes=3))
    assert score(database, game.id) == ("scheduled", None, None)
    assert len(listed().quotes) == 6


def test_that_a_game_was_played_although_it_was_taken_off_its_date(
    contest: Contest, database: str, admin: int, game: ListedGame
) -> None:
    store(odds(fixture(tip_off=TIP_OFF + timedelta(days=2))), at=CAPTURED + timedelta(minutes=1))
    assert game_of(database, game.id)["status"] == "postponed"
    act(admin, "result", game.id, (110, 105), at=TIP_OFF - timedelta(minutes=1)).problem(409, "GAME_NOT_STARTED")
    changes = act(admin, "result", game.id, (110, 105), at=OVER).body
    assert changes["before"]["source"] == "the_odds_api"
    assert score(database, game.id) == ("finished", 110, 105)
    # No settlement ran in between: the void is booked first and then reversed.
    assert ledger(contest) == [(1, "void"), (-1, "void"), (1, "win")]
    assert results(database) == [("void", None, None), ("final", 110, 105)]
