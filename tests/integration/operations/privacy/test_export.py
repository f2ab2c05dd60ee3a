"""GET /users/me/export and /users/me/picks.csv through the deployed files: pages, cursors, CSV and access."""

import csv
from io import StringIO
from typing import Any

import pytest

from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.ledger import moneyline, settle_now
from tests.support.persons import Person, administer, ask_csv, ask_export, delete, enter, exported, play

PARTS = (
    "sessions", "former_usernames", "account_tokens", "api_keys", "idempotency_keys", "groups", "group_members",
    "picks", "standings", "audit_log", "notices", "deliveries", "webhooks", "notice_preferences", "mail_suppressions",
    "league_members", "constructors", "constructor_names", "league_invitations", "league_log", "draft_acts",
    "draft_teams", "draft_slots", "draft_picks", "draft_queues", "draft_queue_items", "board_rows",
    "league_totals", "slates", "slate_games", "slate_players", "dfs_aliases", "dfs_uploads", "projection_sets",
    "projections", "dfs_entry_files", "dfs_entries", "dfs_builds", "lineups", "dfs_contests", "dfs_contest_runs",
    "dfs_contest_run_lineups", "dfs_contest_results",
)  # fmt: skip
NOTHING: dict[str, list[Any]] = {part: [] for part in PARTS}


@pytest.fixture
def anna(contest: Contest) -> Person:
    """A user with rows in every part of the export. Bert has as many."""
    people = [enter(contest, name, role="admin") for name in ("Anna-Q7x", "Bert-K2p")]
    for person in people:
        play(contest, person)
    administer(contest, *people)
    return people[0]


def whole(pages: list[dict[str, Any]]) -> dict[str, Any]:
    return {part: [row for page in pages for row in page[part]] for part in PARTS}


def test_a_newcomer(contest: Contest) -> None:
    carl = contest.user("carl")
    body = call("export_me", "GET", "/users/me/export", user=(carl, "carl")).body
    assert body["account"] == {
        "id": carl,
        "username": "carl",
        "email": "carl@example.com",
        "email_confirmed_at": None,
        "role": "user",
        "created_at": "2023-10-07T00:30:00Z",
    }
    assert {part: body[part] for part in PARTS} == NOTHING
    assert body["next_cursor"] is None
    assert "users.password_hash" in body["left_out"]


def test_a_pick_has_every_entry_of_the_ledger(anna: Person) -> None:
    [page] = exported(anna)
    spread, moneyline_, pending = page["picks"]
    assert [(entry["sign"], entry["result"], entry["units"]) for entry in spread["ledger"]] == [
        (1, "win", 2.1739),
        (-1, "win", 2.1739),
        (1, "loss", -2.5),
    ]
    assert (spread["result"], spread["result_units"], spread["line"], spread["stake_units"]) == (
        "loss",
        -2.5,
        -2.5,
        2.5,
    )
    assert [entry["result"] for entry in moneyline_["ledger"]] == ["void"]
    assert (pending["result"], pending["ledger"]) == (None, [])


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7])
def test_pages_of_any_size_are_the_same_export(anna: Person, limit: int) -> None:
    [everything] = exported(anna)
    pages = exported(anna, limit=str(limit))
    assert whole(pages) == whole([everything])
    sizes = [sum(len(page[part]) for part in PARTS) for page in pages]
    assert set(sizes[:-1]) == {limit}
    assert 0 < sizes[-1] <= limit
    assert all(page["account"] == everything["account"] for page in pages)


def test_what_is_made_while_somebody_reads_pushes_nothing_off_its_page(contest: Contest, anna: Person) -> None:
    before = whole(exported(anna))
    first = ask_export(anna, limit="5").body
    moneyline(contest, anna.id)
    contest.connection.execute("DELETE FROM idempotency_keys WHERE user_id = %s", (anna.id,))
    rest = [ask_export(anna, limit="100", cursor=first["next_cursor"]).body]
    after = whole([first, *rest])
    assert after["picks"][:-1] == before["picks"]
    assert {part: after[part] for part in ("sessions", "api_keys")} == {
        part: before[part] for part in ("sessions", "api_keys")
    }


def test_many_picks_come_in_order_and_none_twice(contest: Contest) -> None:
    dora = enter(contest, "Dora-Z9w")
    made = [moneyline(contest, dora.id) for _ in range(120)]
    pages = exported(dora)
    assert [pick["id"] for pick in whole(pages)["picks"]] == made
    assert len(pages) == 2


def test_picks_as_csv(anna: Person) -> None:
    answer = ask_export(anna, format="csv")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert 'filename="picks.csv"' in answer.headers["content-disposition"]
    assert "x-next-cursor" not in answer.headers
    table = list(csv.DictReader(StringIO(answer.body)))
    [page] = exported(anna)
    assert [int(row["id"]) for row in table] == [pick["id"] for pick in page["picks"]]
    assert (table[0]["market"], table[0]["line"], table[0]["price"]) == ("spread", "-2.5", "-115")
    assert (table[0]["result"], table[0]["result_units"]) == ("loss", "-2.5000")
    assert table[0]["commence_time"] == "2024-01-05T00:30:00Z"
    assert int(table[0]["quote_id"]) == page["picks"][0]["quote_id"]
    assert (table[2]["result"], table[2]["graded_at"]) == ("", "")


def test_csv_goes_on_by_the_header(anna: Person) -> None:
    [expected] = exported(anna)
    read: list[int] = []
    cursor: dict[str, str] = {}
    for _ in range(2):
        answer = ask_export(anna, format="csv", limit="2", **cursor)
        read += [int(row["id"]) for row in csv.DictReader(StringIO(answer.body))]
        cursor = {"cursor": answer.headers.get("x-next-cursor", "")}
    assert read == [pick["id"] for pick in expected["picks"]]
    assert cursor == {"cursor": ""}


def shown(answer: Answer) -> tuple[object, ...]:
    """Return all of an answer except how many pages may follow it."""
    headers = {name: value for name, value in answer.headers.items() if not name.startswith("x-ratelimit")}
    return answer.status, headers, answer.body


def test_csv_has_an_operation_of_its_own_with_the_same_pages(anna: Person) -> None:
    first, older = ask_csv(anna, limit="2"), ask_export(anna, format="csv", limit="2")
    assert shown(first) == shown(older)
    cursor = first.headers["x-next-cursor"]
    assert shown(ask_csv(anna, cursor=cursor)) == shown(ask_export(anna, format="csv", cursor=cursor))
    ask_csv(anna, cursor=ask_export(anna, limit="1").body["next_cursor"]).problem(422, "INVALID_CURSOR")


def test_a_cursor_of_another_part_is_not_one_of_the_csv(anna: Person) -> None:
    cursor = ask_export(anna, limit="1").body["next_cursor"]
    ask_export(anna, format="csv", cursor=cursor).problem(422, "INVALID_CURSOR")
    assert ask_export(anna, cursor=cursor).status == 200


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ1c2VycyIsMCwiIl0", "WzEsMiwzXQ", "WyJwaWNrcyIsIjEiLCIiXQ"])
def test_a_cursor_that_no_export_wrote(anna: Person, cursor: str) -> None:
    """Examples are ["users", 0, ""], [1, 2, 3] and ["picks", "1", ""]."""
    ask_export(anna, cursor=cursor).problem(422, "INVALID_CURSOR")


def test_a_cursor_shows_its_reader_their_own_alone(contest: Contest, anna: Person) -> None:
    cursor = ask_export(anna, limit="4").body["next_cursor"]
    carl = contest.user("carl")
    body = call("export_me", "GET", "/users/me/export", user=(carl, "carl"), query={"cursor": cursor}).body
    assert body["account"]["username"] == "carl"
    assert {part: body[part] for part in PARTS} == NOTHING


def test_results_of_now_are_exported(contest: Contest, anna: Person) -> None:
    [before] = exported(anna)
    contest.final(before["picks"][2]["game"]["id"], 150, 100)
    settle_now()
    [after] = exported(anna)
    assert [pick["result"] for pick in after["picks"]] == ["loss", "void", "win"]


def test_who_is_gone_or_nobody_is_401(contest: Contest, anna: Person) -> None:
    assert delete(anna).status == 204
    ask_export(anna).problem(401, "UNAUTHENTICATED")
    ask_csv(anna).problem(401, "UNAUTHENTICATED")
    call("export_me", "GET", "/users/me/export").problem(401, "UNAUTHENTICATED")


def test_an_api_key_is_not_enough(anna: Person) -> None:
    user = (anna.id, anna.name)
    answer = call("export_me", "GET", "/users/me/export", user=user, scopes="picks:read picks:write")
    answer.problem(403, "API_KEY_NOT_ACCEPTED")
    answer = call("export_my_picks_csv", "GET", "/users/me/picks.csv", user=user, scopes="picks:read picks:write")
    answer.problem(403, "API_KEY_NOT_ACCEPTED")


def test_the_layout_is_one_of_two(anna: Person) -> None:
    assert ask_export(anna, format="xml").problem(422, "INVALID_VALUE")["errors"][0]["field"] == "format"


def test_times_are_in_utc(anna: Person) -> None:
    [page] = exported(anna)
    assert page["picks"][0]["game"]["commence_time"] == f"{TIP_OFF:%Y-%m-%dT%H:%M:%SZ}"
    assert page["sessions"][0]["issued_at"].endswith("Z")
