"""An erasure leaves no personal data in any column of any table, and changes nothing else."""

import pytest

from tests.support.contest import Contest
from tests.support.ledger import settle_now
from tests.support.persons import NOW, Person, administer, columns, delete, enter, play, texts
from tests.support.picking import set_pick_rules
from tests.support.profiles import profile
from tests.support.snapshot import everything, row, rows

GONE = {
    "refresh_tokens": 2,
    "former_usernames": 1,
    "account_tokens": 2,
    "api_keys": 1,
    "idempotency_keys": 1,
    "groups": 1,
    "group_members": 1,
    "limits": 2,
    "notices": 4,
    "deliveries": 6,
    "webhooks": 1,
    "notice_preferences": 1,
    "unsubscribe_keys": 1,
    "mail_suppressions": 1,
    "league_members": 1,
    "league_invitations": 2,
    "draft_queues": 1,
    "draft_queue_items": 1,
    "slates": 1,
    "slate_games": 1,
    "slate_players": 1,
    "dfs_aliases": 1,
    "dfs_uploads": 1,
    "projection_sets": 2,
    "projections": 1,
    "dfs_entry_files": 1,
    "dfs_entries": 1,
    "dfs_builds": 2,
    "lineups": 1,
    "dfs_contests": 1,
    "dfs_contest_runs": 2,
    "dfs_contest_run_lineups": 1,
    "dfs_contest_results": 1,
}
"""Rows stored by `enter` that an erasure deletes, by table."""

CHANGED = {"leagues": 1, "constructors": 1, "constructor_names": 1}
"""Rows that lose a name, by table: of the league that nobody is left in, and of the user's team in it."""

GAINED = {"audit_log": 1, "league_log": 3}
"""Lines of logs: the administrator loses the role; a member has left, and with that the league is over."""


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


@pytest.fixture
def anna(contest: Contest) -> Person:
    """A user with rows in every personal table. Bert has the same."""
    people = [enter(contest, name, role="admin") for name in ("Anna-Q7x", "Bert-K2p")]
    for person in people:
        play(contest, person)
    administer(contest, *people)
    settle_now()
    return people[0]


def found(url: str, traces: list[str]) -> set[tuple[str, str, str]]:
    """Return the table, column and trace of every occurrence in the database."""
    return {
        (table, column, trace)
        for table, column in columns(url)
        for text in texts(url, table, column)
        for trace in traces
        if trace.lower() in text.lower()
    }


def test_no_trace_is_left(database: str, anna: Person) -> None:
    traces = [*anna.traces(), "the bot of Anna", "Anna-Q7x's slip"]
    assert {trace for _, _, trace in found(database, traces)} == set(traces), "the test must look for what is there"
    assert delete(anna).status == 204
    assert found(database, [*traces, anna.password, "Anna"]) == set()


def test_all_else_stays_as_it_was(database: str, anna: Person) -> None:
    before = everything(database)
    assert delete(anna).status == 204
    after = everything(database)
    assert before.keys() == after.keys()
    for table in before:
        lost = [entry for entry in before[table] if entry not in after[table]]
        if table == "users":
            assert [entry[0] for entry in lost] == [anna.id]
        else:
            changed = CHANGED.get(table, 0)
            assert len(lost) == GONE.get(table, 0) + changed, table
            gained = GAINED.get(table, 0) + changed
            assert len(after[table]) == len(before[table]) - len(lost) + gained, table
    for table in ("picks", "settlement_ledger", "standings", "boards"):
        assert after[table] == before[table]
        assert after[table]


def test_a_role_that_goes_with_its_account_is_in_the_audit_log(database: str, anna: Person) -> None:
    delete(anna)
    last = row(database, "SELECT * FROM audit_log ORDER BY id DESC LIMIT 1")
    assert (last["action"], last["actor_id"], last["subject_id"]) == ("grant_role", anna.id, anna.id)
    assert (last["before"], last["after"], last["at"]) == ({"role": "admin"}, {"role": "user"}, NOW)


def test_what_is_left_of_the_account(database: str, anna: Person) -> None:
    delete(anna)
    left = row(database, "SELECT * FROM users WHERE id = %s", anna.id)
    assert left["username"].startswith("deleted-")
    assert len(left["username"]) == 24
    assert (left["email"], left["password_hash"], left["role"], left["erased_at"]) == (None, None, "user", NOW)


def test_the_record_stands_under_the_pseudonym(database: str, anna: Person) -> None:
    before = profile("Anna-Q7x")
    delete(anna)
    name = row(database, "SELECT username FROM users WHERE id = %s", anna.id)["username"]
    assert profile(name) == {**before, "username": name}
    assert before["record"]["losses"] == 1


def test_picks_of_an_erased_account_are_settled_like_all_others(database: str, contest: Contest, anna: Person) -> None:
    [pending] = rows(
        database,
        "SELECT pick.* FROM picks pick LEFT JOIN settlement_ledger entry ON entry.pick_id = pick.id"
        " WHERE user_id = %s AND entry IS NULL",
        anna.id,
    )
    delete(anna)
    contest.final(pending["game_id"], 150, 100)
    settle_now()
    assert contest.ledger(pending["id"])[0][:2] == (1, "win")
