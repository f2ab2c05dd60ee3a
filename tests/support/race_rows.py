"""Rows in every table of races, points and boards, with an awkward text wherever a text is free."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg

from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Placed
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Fact, Statement
from tests.support.fantasy_leagues import add_leagues, hold_drafts
from tests.support.made_races import YEAR, MadeSeason, make_season

FACTS = ("result_versions", "result_facts", "result_acts", "score_lines", "scored_versions", "scoring_tables")
"""Append-only tables of races."""


def fill_races(connection: psycopg.Connection[Any], *, user: int, text: str = "a test") -> MadeSeason:
    """Play a season of two races, with a league of the first two users. Needs the owner's rights.

    user: the administrator who decides.
    """
    season = make_season(connection, 2, drivers=4)
    begun = season.race_at(0)
    by = Decider(user, text)
    connection.execute("UPDATE events SET name = %s", (text,))
    connection.execute("UPDATE contestants SET name = %s, short_name = %s, code = 'ABC'", (text, text))
    places = [Placed(season.events[0], driver, place, Decimal(place)) for place, driver in enumerate(season.drivers, 1)]
    entries.rank(connection, season.events[:1], places)
    table = connection.execute("SELECT id FROM scoring_tables WHERE name = 'weekend'").fetchall()[0]["id"]
    tuples: psycopg.Connection[Any]
    with psycopg.connect(connection.info.dsn, password=connection.info.password) as tuples:
        leagues = add_leagues(
            tuples, 1, {"season": YEAR, "at": begun, "table": table, "constructors": 2, "name": "made"}
        )
        hold_drafts(tuples, leagues, season.events[0], season.drivers, begun - timedelta(days=1), 2)
    changes = season.hear(connection, 0, season.statement(1), begun + timedelta(hours=3))
    flagged = (Fact(contestant=season.drivers[0], status="classified", position=1, flags=frozenset({"fastest_lap"})),)
    half = Statement(facts=flagged, states=frozenset({"fastest_lap"}), share=Fraction(1, 2))
    changes.append(results.decide(connection, season.events[0], "race", half, by, begun + timedelta(hours=4)))
    drafted, scores_as = season.drivers[2:4]
    entries.substitute(connection, season.events[0], drafted, scores_as, begun, reason=text, by=by)
    reviews.ask(connection, season.events[0], "contestant", text, [text], {text: text}, begun)
    reviews.settle(connection, season.events[0], "contestant", text, begun, decision="new", by=by)
    reviews.ask(connection, season.events[1], "schedule", "schedule", [text], {}, begun)
    boards.bring_up(connection, [season.events[0]], begun + timedelta(hours=4), changes)
    return season
