"""GET /admin/attention: what needs a person, and what no longer does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.jobs.freshness import ALL, note_good
from pickvs.markets.values import MARKETS
from pickvs.operations.administration.attention.rules import MOST_ENTRIES, TroubleKind
from tests.support.administration import act, add_alias, team_id
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.markets import fixture, odds, store

NOW = TIP_OFF + timedelta(hours=12)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NBA = "basketball_nba"


@pytest.fixture(autouse=True)
def all_is_well(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that fetches one sport, whose data is as fresh as it can be."""
    monkeypatch.setenv("ODDS_API_SPORTS", NBA)
    monkeypatch.setenv("MAX_RESULTS_AGE_HOURS", "26")
    with transaction() as connection:
        note_good(connection, job="fetch_odds", subject=NBA, parts=MARKETS, at=NOW)
        note_good(connection, job="process_results", subject=NBA, parts=[ALL], at=NOW)


def ask(admin: int, *, at: datetime = NOW, role: str = "admin") -> Answer:
    with clock.held_at(at):
        return call("get_attention", "GET", "/admin/attention", user=(admin, "the-admin"), role=role)


def troubles(admin: int, *, at: datetime = NOW) -> dict[TroubleKind, dict[str, Any]]:
    answer = ask(admin, at=at)
    assert answer.status == 200, answer.body
    return {each["kind"]: each for each in answer.body["troubles"]}


def said(admin: int, kind: TroubleKind, *, at: datetime = NOW) -> list[tuple[str, str, str | None]]:
    """Return what the entries of the only trouble are about, what is wrong with them, and since when."""
    found = troubles(admin, at=at)
    assert set(found) == {kind}, found
    items = found[kind]["entries"]
    assert found[kind]["total"] == len(items)
    assert found[kind]["since"] == items[0]["since"]
    return [(each["about"], each["reason"], each["since"]) for each in items]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_without_trouble_it_says_that_nothing_needs_attention(admin: int) -> None:
    assert ask(admin).body == {"at": stamp(NOW), "summary": "Nothing needs attention.", "troubles": []}


def test_only_administrators_see_it(contest: Contest, admin: int) -> None:
    user = contest.user()
    for role in ("user", "admin"):  # a token may be from before the role was taken away
        ask(user, role=role).problem(403, "ROLE_REQUIRED")


def test_a_game_needs_attention_six_hours_after_its_tip_off_until_its_picks_are_settled(
    contest: Contest, admin: int
) -> None:
    game = contest.game(NOW - 6 * HOUR)
    contest.game(NOW - 6 * HOUR + MINUTE)
    [(about, reason, since)] = said(admin, "games_unsettled")
    assert about.endswith(f"{NOW - 6 * HOUR:%Y-%m-%d %H:%M} UTC")
    assert (reason, since) == ("no final score", stamp(NOW))
    assert troubles(admin)["games_unsettled"]["entries"][0]["game_id"] == game
    contest.final(game, 100, 90, NOW)
    assert said(admin, "games_unsettled") == [(about, "its picks are not settled by its result", since)]
    assert act(admin, "regrade", game, at=NOW).status == 200
    assert troubles(admin) == {}


def test_a_game_in_review_is_there_with_its_reason_and_nowhere_else(contest: Contest, admin: int) -> None:
    games = [contest.game(TIP_OFF - n * DAY) for n in range(MOST_ENTRIES + 3)]
    contest.connection.execute(
        "UPDATE games SET status = 'review', review_reason = 'two finals', updated_at = %s + id * interval '1 minute'",
        (TIP_OFF,),
    )
    contest.connection.execute("UPDATE games SET merged_into = %s WHERE id = %s", (games[0], games[1]))
    trouble = troubles(admin)["games_in_review"]
    assert (trouble["total"], len(trouble["entries"])) == (MOST_ENTRIES + 2, MOST_ENTRIES)
    assert [each["game_id"] for each in trouble["entries"]] == [games[0], *games[2 : MOST_ENTRIES + 1]]
    assert {each["reason"] for each in trouble["entries"]} == {"two finals"}
    assert set(troubles(admin)) == {"games_in_review"}


def test_a_name_that_nobody_knows_is_there_once_until_somebody_adds_it(contest: Contest, admin: int) -> None:
    for number, away in enumerate(("Utah Jazz", "Phoenix Suns")):
        seen = fixture(f"{number:032x}", home="Inglewood Sails", away=away, tip_off=NOW + number * DAY)
        store(odds(seen), at=NOW - HOUR)
    [(about, reason, since)] = said(admin, "team_names")
    assert about == "Inglewood Sails (the_odds_api)"
    assert reason.startswith("no team has this name: ")
    assert reason.endswith(" and 1 more")
    assert since == stamp(NOW - HOUR)
    assert said(admin, "team_names", at=NOW + 20 * HOUR)
    assert add_alias(admin, team_id(contest, "Los Angeles Clippers"), "Inglewood Sails", at=NOW).status == 201
    assert troubles(admin) == {}


def test_an_event_of_known_teams_is_there_with_its_doubt_for_a_week(admin: int) -> None:
    twice = fixture(home="Utah Jazz", away="Utah Jazz", tip_off=NOW)
    store(odds(twice), at=NOW - HOUR)
    assert said(admin, "events_in_review") == [
        (f"Utah Jazz at Utah Jazz, {NOW:%Y-%m-%d %H:%M} UTC", "both team names stand for one team", stamp(NOW - HOUR))
    ]
    assert "events_in_review" not in troubles(admin, at=NOW - HOUR + 7 * DAY)


@pytest.fixture
def runs(contest: Contest) -> Callable[..., None]:
    def run(job: str, age: timedelta, status: str, percent: int | None = None, sport: str = NBA) -> None:
        failed, at = status == "failed", NOW - age
        contest.connection.execute(
            "INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, counts, error_code, error)"
            " VALUES (%s, %s, %s, %s, %s, coalesce(jsonb_build_object('skipped_percent', %s::integer), '{}'), %s, %s)",
            (
                *(job, sport, status, at, None if status == "running" else at, percent),
                *(("PROVIDER_DOWN", "no answer") if failed else (None, None)),
            ),
        )

    return run


def test_of_runs_the_latest_state_counts(admin: int, runs: Callable[..., None]) -> None:
    runs("fetch_odds", 5 * HOUR, "failed")
    runs("fetch_odds", 4 * HOUR, "succeeded", 0)
    runs("fetch_odds", 3 * HOUR, "failed")
    runs("fetch_odds", 2 * HOUR, "failed")
    runs("fetch_odds", MINUTE, "running")  # which may still succeed
    runs("process_results", HOUR, "succeeded", 0)
    runs("process_results", 2 * HOUR, "failed")
    runs("process_results", HOUR, "failed", sport="a_sport_that_is_not_fetched_any_more")
    failed = ("fetch_odds of basketball_nba", "PROVIDER_DOWN: no answer", stamp(NOW - 3 * HOUR))
    assert said(admin, "runs_failed") == [failed]
    runs("fetch_odds", timedelta(), "partial", 19)
    assert troubles(admin) == {}
    runs("process_results", 30 * MINUTE, "partial", 20)
    assert said(admin, "answers_unreadable") == [
        ("process_results of basketball_nba", "20 % of the answer could not be read", stamp(NOW - 30 * MINUTE))
    ]
    runs("process_results", 15 * MINUTE, "running")
    assert said(admin, "runs_failed") == [
        ("process_results of basketball_nba", "the run did not report its end", stamp(NOW - 30 * MINUTE))
    ]


def test_a_source_that_is_off_is_there_until_the_next_day(
    contest: Contest, admin: int, runs: Callable[..., None]
) -> None:
    for minutes in (50, 20, 5):
        runs("espn_scores", minutes * MINUTE, "failed")
    assert set(troubles(admin)) == {"runs_failed"}  # it has not refused, only failed
    contest.connection.execute("UPDATE ingestion_runs SET http_status = 403")
    found = troubles(admin)
    assert [*found] == ["sources_off", "runs_failed"]
    [source] = found["sources_off"]["entries"]
    tomorrow = f"{NOW + DAY:%Y-%m-%d} 00:00 UTC"
    assert (source["about"], source["reason"], source["since"]) == (
        "espn",
        f"refused 3 times in an hour, at last with 403; off until {tomorrow}",
        stamp(NOW - 5 * MINUTE),
    )
    assert "sources_off" not in troubles(admin, at=NOW + DAY)


def test_a_failure_of_a_source_that_is_asked_at_need_is_history_after_a_day(
    admin: int, runs: Callable[..., None]
) -> None:
    """It may not be needed again for weeks, so nothing would run whose success ends this."""
    runs("espn_scores", DAY - HOUR, "failed")
    assert [about for about, _, _ in said(admin, "runs_failed")] == ["espn_scores of basketball_nba"]
    assert "runs_failed" not in troubles(admin, at=NOW + HOUR)


def test_a_run_of_more_than_a_week_ago_is_history(admin: int, runs: Callable[..., None]) -> None:
    runs("fetch_odds", 7 * DAY, "failed")
    assert troubles(admin) == {}


def test_stale_data_is_told_by_sport_and_market(admin: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as connection:
        note_good(connection, job="fetch_odds", subject=NBA, parts=["spread"], at=NOW + MINUTE)
    late = NOW + 26 * HOUR + MINUTE
    found = troubles(admin, at=late)
    assert set(found) == {"odds_stale", "results_stale"}
    assert [each["about"] for each in found["odds_stale"]["entries"]] == [
        f"odds of {NBA} on moneyline",
        f"odds of {NBA} on total",
    ]
    assert found["results_stale"]["entries"][0]["since"] == stamp(NOW + 26 * HOUR)
    monkeypatch.setenv("ODDS_API_SPORTS", "icehockey_nhl")
    [item] = troubles(admin)["results_stale"]["entries"]
    assert (item["reason"], item["since"], item["sport"]) == ("never arrived", None, "icehockey_nhl")


def test_work_that_is_overdue_or_given_up_is_there_with_its_error(contest: Contest, admin: int) -> None:
    for key, due, attempts, given_up in (
        ("soon", -MINUTE, 0, None),
        ("late", -HOUR, 3, None),
        ("dead", -31 * HOUR, 6, NOW),
        ("retried", -59 * MINUTE, 3, None),
    ):
        contest.connection.execute(
            "INSERT INTO agenda (function, key, due_at, payload, attempts, next_at, last_error, given_up_at)"
            " VALUES ('housekeeping', %s, %s, '{}', %s, %s, 'a lock', %s)",
            (key, NOW + due, attempts, NOW + HOUR, given_up),
        )
    assert said(admin, "work_undone") == [
        ("dead of housekeeping", "given up after 6 attempts: a lock", stamp(NOW - 31 * HOUR)),
        ("late of housekeeping", "not done after 3 attempts: a lock", stamp(NOW)),
    ]


def test_deliveries_that_were_given_up_are_there_and_those_that_nobody_can_help_are_not(
    contest: Contest, admin: int
) -> None:
    hooks = [
        contest.connection.execute(
            "INSERT INTO webhooks (user_id, url, secret, created_at)"
            " VALUES (%s, 'https://receiver.example/', %s, %s) RETURNING id",
            (admin, f"whsec_{'A' * 44}", TIP_OFF),
        ).fetchone()
        for _ in range(3)
    ]
    dead, well, gone = (hook["id"] for hook in hooks if hook)

    def ended(number: int, hook: int | None, state: str, age: timedelta, error: str | None, status: int | None) -> None:
        contest.connection.execute(
            """
            WITH notice AS (
              INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at)
              VALUES (%s, 'pick.settled', %s, '{}', true, %s) RETURNING id
            )
            INSERT INTO deliveries (notice_id, webhook_id, state, queued_at, next_at, ended_at, last_error, last_status)
            SELECT id, %s, %s, %s, %s, %s, %s, %s FROM notice
            """,
            (admin, str(number), TIP_OFF, hook, state, *[NOW - age] * 3, error, status),
        )

    for number, what in enumerate(
        [
            (None, "failed", 3 * HOUR, "MessageRejected", None),
            (None, "failed", 2 * HOUR, "MessageRejected", None),
            (None, "sent", HOUR, None, None),
            (None, "suppressed", HOUR, "the address bounced", None),
            (None, "failed", 7 * DAY, "LongAgo", None),
            (dead, "sent", 5 * HOUR, None, 204),
            (dead, "failed", 4 * HOUR, "the receiver answered 500", 500),
            (well, "failed", 4 * HOUR, "the receiver answered 500", 500),
            (well, "sent", HOUR, None, 204),
            (gone, "failed", HOUR, "the receiver answered 410", 410),
        ]
    ):
        ended(number, *what)
    found = troubles(admin)
    assert {
        kind: [(each["about"], each["reason"], each["since"]) for each in found[kind]["entries"]] for kind in found
    } == {
        "mails_given_up": [("2 mails", "MessageRejected", stamp(NOW - 3 * HOUR))],
        "webhooks_given_up": [(f"1 calls of webhook {dead}", "the receiver answered 500", stamp(NOW - 4 * HOUR))],
    }
    assert [*found] == ["mails_given_up", "webhooks_given_up"]
    assert ask(admin).body["summary"] == (
        "Needs attention: mails that were given up (1), webhooks that were given up (1)."
    )
