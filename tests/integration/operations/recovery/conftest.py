"""A database with rows in every table, and the bucket that it is exported to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg.types.json import Jsonb

from pickvs.core import storage
from tests.support.accounts import set_sign_in_limits
from tests.support.contest import TIP_OFF, Contest
from tests.support.dfs_rows import fill_weather
from tests.support.exports import Bucket, exporting
from tests.support.persons import Person, administer, delete, enter, play
from tests.support.race_rows import fill_races
from tests.support.recorded_statistics import record_statistics
from tests.support.registry import fill_forecasts, fill_registry

AWKWARD = "\\N,\t\"'; \\. \\\n--\r\n\\x00 £ ≥ \N{BASKETBALL AND HOOP} \x7f"
"""Text with every character that COPY escapes or treats specially."""


@pytest.fixture(autouse=True)
def _no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users' files are in another bucket, which these tests do not have: nobody here has any."""
    monkeypatch.setenv("UPLOADS_BUCKET", "uploads")
    monkeypatch.setattr(storage, "delete", lambda *_: None)


@pytest.fixture
def full(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> Contest:
    """A contest with rows in every table, some with awkward values."""
    set_sign_in_limits(monkeypatch)
    anna, bert = (enter(contest, name, role="admin") for name in ("Anna-Q7x", "Bert-K2p"))
    for person in (anna, bert):
        play(contest, person)
    administer(contest, anna, bert)
    fill_registry(contest.connection, TIP_OFF, user=anna.id, text=AWKWARD)
    fill_races(contest.connection, user=anna.id, text=AWKWARD)
    run = contest.connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, trigger_id, status, started_at, finished_at, request, counts, error)
        VALUES ('fetch_odds', 'basketball_nba', 'once', 'succeeded', %(at)s, %(at)s, %(json)s, %(json)s, %(text)s)
        RETURNING id
        """,
        {"at": TIP_OFF + timedelta(microseconds=1), "json": Jsonb({AWKWARD: [1.5, None, AWKWARD]}), "text": AWKWARD},
    ).fetchone()
    assert run is not None
    game = contest.game()
    contest.connection.execute(
        "INSERT INTO game_provider_ids VALUES ('the_odds_api', %s, %s, %s)", (AWKWARD, game, TIP_OFF)
    )
    contest.connection.execute(
        """
        INSERT INTO bookmaker_odds VALUES
          (%(game)s, %(book)s, 'spread', 'home', %(at)s, -2.25, -110, %(at)s, %(run)s),
          (%(game)s, %(book)s, 'moneyline', 'home', %(at)s, NULL, NULL, NULL, NULL)
        """,
        {"game": game, "book": AWKWARD, "at": TIP_OFF, "run": run["id"]},
    )
    contest.connection.execute(
        "INSERT INTO agenda VALUES ('deliver_notices', %s, %s, %s, 1, %s, %s)",
        ("deliveries", TIP_OFF, Jsonb({AWKWARD: AWKWARD}), TIP_OFF, AWKWARD),
    )
    contest.connection.execute(
        """
        INSERT INTO credit_decisions
          (at, sport, kind, games, games_with_picks, cost, decision, reason, next_check_minutes)
        VALUES (%s, 'basketball_nba', 'check', ARRAY[%s]::bigint[], 1, 2, 'deferred', %s, 30)
        """,
        (TIP_OFF, game, AWKWARD),
    )
    contest.connection.execute("INSERT INTO freshness VALUES (%s, %s, %s, %s)", (*3 * [AWKWARD], TIP_OFF))
    contest.connection.execute(
        """
        INSERT INTO event_reviews VALUES
          ('the_odds_api', 'open', %(text)s, %(text)s, %(text)s, %(at)s, %(text)s, NULL, %(at)s, %(at)s, NULL),
          ('the_odds_api', 'done', %(text)s, %(text)s, %(text)s, %(at)s, %(text)s, %(game)s, %(at)s, %(at)s, %(at)s)
        """,
        {"text": AWKWARD, "at": TIP_OFF, "game": game},
    )
    fill_weather(contest.connection, TIP_OFF, text=AWKWARD)
    record_statistics(contest, game, AWKWARD)
    forecast = contest.game(TIP_OFF + timedelta(days=1))
    contest.final(forecast, 101, 99)
    fill_forecasts(contest.connection, TIP_OFF, game=forecast, text=AWKWARD)
    # Its tip-off was moved to an earlier time afterwards: a forecast that came in time then stays.
    contest.connection.execute("UPDATE games SET commence_time = %s WHERE id = %s", (TIP_OFF, forecast))
    leaving: Person = enter(contest, "Carl-Z9w")
    assert delete(leaving).status == 204
    # These numbers were drawn and not used, as after a rollback. They must not be drawn again.
    contest.connection.execute("SELECT nextval(pg_get_serial_sequence('picks', 'id')) FROM generate_series(1, 7)")
    return contest


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket for exports."""
    with exporting(monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def exported() -> dict[str, bytes]:
    """The objects of one export, by name, once a test has made it."""
    return {}


@pytest.fixture
def export(exported: dict[str, bytes], bucket: Bucket, request: pytest.FixtureRequest) -> str:
    """The export of a database with rows in every table, in the bucket. It is made for the first test that asks."""
    if not exported:
        request.getfixturevalue("full")
        bucket.back_up()
        exported |= {name: bucket.read(name) for name in bucket.names()}
    for name, body in exported.items():
        bucket.write(name, body)
    [export] = {name.split("/")[1] for name in exported}
    return export
