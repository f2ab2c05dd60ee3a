"""A night of basketball is drafted and scored by data alone: no code of leagues, drafts, results or boards knows it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pickvs.core.database import transaction
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Named, Placed
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Answer
from pickvs.fantasy.events.rules import Fact, Seated, Statement, Vocabulary
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.fantasy.events.schedules.rules import Scheduled, ScheduledSession
from pickvs.fantasy.scoring import service as scoring
from pickvs.fantasy.scoring.requests import TableBody
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, SEASON, Paddock

NBA = Vocabulary(
    sport="basketball_nba",
    sessions=("night",),
    statuses=frozenset({"dnp"}),
    measures=frozenset({"points", "rebounds", "assists"}),
)
TABLE = {
    "sport": NBA.sport,
    "rules": [
        {"id": "points", "session": "night", "kind": "per_unit", "fact": "points", "points": 1},
        {"id": "rebounds", "session": "night", "kind": "per_unit", "fact": "rebounds", "points": 1.25},
        {"id": "assists", "session": "night", "kind": "per_unit", "fact": "assists", "points": 1.5},
        {"id": "did_not_play", "session": "night", "kind": "by_status", "points": {"dnp": -3}},
    ],
}
WORTH = {"points": Decimal(1), "rebounds": Decimal("1.25"), "assists": Decimal("1.5")}
PLAYERS = 8
TIP_OFF = FIRST_LOCK


def test_a_night_of_basketball(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "VOCABULARIES", {NBA.sport: NBA})
    locks = ("first_competitive", "qualifying", "race")
    night = Scheduled(
        season=SEASON,
        venue="everywhere",
        name="Friday night",
        day=TIP_OFF.date(),
        sessions=(ScheduledSession("night", TIP_OFF, scores=True, locks=locks),),
    )
    with transaction() as connection:
        table = scoring.keep_table(connection, TableBody.model_validate(TABLE), FOUNDED).id
        schedules.record(connection, NBA.sport, SEASON, "first", "league", [night], FOUNDED, is_whole=True)
        [event] = [each.id for each in schedules.known_events(connection, NBA.sport, SEASON)]
        named = [Named(f"p{number}", f"Player {number}", f"P{number}", None) for number in range(PLAYERS)]
        known, _ = entries.register(connection, NBA.sport, "league", named, FOUNDED)
        players = list(known.values())
        seated = [Seated(player, number, f"team {number % 2}") for number, player in enumerate(players)]
        entries.expect(connection, [event], seated, FOUNDED)
        # The best by the season's averages is the last of them by number.
        ranked = [Placed(event, player, place, Decimal()) for place, player in enumerate(reversed(players), start=1)]
        entries.rank(connection, [event], ranked)

    league = paddock.seat(3, sport=NBA.sport, table=str(table), clock_seconds=None)
    paddock.tick(FIRST_OPENING)
    draft = paddock.draft_of(league.league, event)
    order = paddock.order(draft)
    paddock.pick(league.by_constructor[order[0]], event, players[0], at=FIRST_OPENING + timedelta(hours=1))
    paddock.tick(TIP_OFF)
    picks = paddock.picks(draft)
    # Nobody else came: at the tip-off the best that are left go to the slots in order.
    assert [picks[slot] for slot in range(1, 7)] == [players[0], *reversed(players[3:])]

    facts = tuple(
        Fact(
            contestant=player,
            status="classified" if number else "dnp",
            position=number or None,
            measures=tuple(sorted((name, Decimal(number * factor)) for factor, name in enumerate(WORTH, start=1))),
        )
        for number, player in enumerate(players)
    )
    said = Statement(facts=facts, states=frozenset())
    at = TIP_OFF + timedelta(hours=3)
    with transaction() as connection:
        changes = [
            results.hear(connection, event, "night", Answer("first", "league", said), at),
            results.hear(connection, event, "night", Answer("second", "papers", said), at),
        ]
        boards.bring_up(connection, [event], at, changes)
    worth = {
        fact.contestant: sum((WORTH[name] * count for name, count in fact.measures), Decimal())
        - (3 if fact.status == "dnp" else 0)
        for fact in facts
    }
    expected = {
        constructor: sum(worth[picks[slot]] for slot, own in enumerate(order, start=1) if own == constructor)
        for constructor in set(order)
    }
    rows = paddock.rows("SELECT constructor_id, points, rank FROM board_rows WHERE event_id = %s", event)
    assert {row["constructor_id"]: row["points"] for row in rows} == expected
    assert [row["rank"] for row in sorted(rows, key=lambda row: -row["points"])] == [1, 2, 3]
    paddock.prove(draft)
