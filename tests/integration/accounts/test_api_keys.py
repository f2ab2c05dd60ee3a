"""POST, GET and DELETE /api-keys against the real database."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from itertools import combinations

import psycopg
import pytest

from pickvs.accounts.keys.requests import WantedKey
from pickvs.accounts.keys.rules import SCOPES
from pickvs.core import clock
from tests.support.accounts import PASSWORD, make_key, make_user, session_of, sign_in
from tests.support.gateway import call
from tests.support.rivals import make_keys_at_once

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
WANTED = {"name": "my model", "scopes": ["picks:read"], "password": PASSWORD}


@pytest.fixture(autouse=True)
def _time():
    with clock.held_at(NOW):
        yield


@pytest.fixture
def ada(database):
    user = make_user(database, "ada")
    sign_in(database, user)
    return user


@pytest.fixture
def bert(database):
    user = make_user(database, "bert")
    sign_in(database, user)
    return user


make = make_key


def show(user, key_id):
    return call("get_api_key", "GET", f"/api-keys/{key_id}", user=user)


def revoke(user, key_id):
    return call("revoke_api_key", "DELETE", f"/api-keys/{key_id}", user=user)


def listed(user, **query):
    return call("list_api_keys", "GET", "/api-keys", query=query or None, user=user)


def stored(url):
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute("SELECT * FROM api_keys ORDER BY id").fetchall()


def test_a_key_is_made_and_shown_once(database, ada):
    answer = make(ada, scopes=["picks:write", "picks:read"])
    assert answer.status == 201
    key = answer.body.pop("key")
    assert re.fullmatch(r"pvk_[A-Za-z0-9_-]{43}", key)
    assert answer.body == {
        "id": 1,
        "name": "my model",
        "prefix": key[:12],
        "scopes": ["picks:read", "picks:write"],
        "created_at": "2024-01-15T19:30:00Z",
        "last_used_at": None,
        "expires_at": "2024-04-14T19:30:00Z",
        "revoked_at": None,
    }
    assert listed(ada).body == {"api_keys": [answer.body], "next_cursor": None}
    assert show(ada, 1).body == answer.body
    [row] = stored(database)
    assert (row["user_id"], row["key_hash"]) == (ada[0], hashlib.sha256(key.encode()).digest())
    assert key not in str(row)


def test_every_set_of_scopes_is_stored_in_one_order_and_nothing_else_is(database, ada):
    assert make(ada, scopes=SCOPES[::-1]).body["scopes"] == list(SCOPES)
    sets = [list(each) for size in range(1, len(SCOPES) + 1) for each in combinations(SCOPES, size)]
    wrong = [[], list(SCOPES[1::-1]), [SCOPES[0]] * 2, ["admin"], [SCOPES[0], "admin"], [None]]
    with psycopg.connect(database, autocommit=True) as connection:
        for scopes in sets:
            connection.execute("UPDATE api_keys SET scopes = %s", (scopes,))
        for scopes in wrong:
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute("UPDATE api_keys SET scopes = %s::text[]", (scopes,))


def test_no_two_keys_are_alike(ada):
    assert len({make(ada).body["key"] for _ in range(5)}) == 5


def test_a_key_may_end_by_itself(ada):
    answer = make(ada, expires_at="2024-02-01T01:00:00+01:00")
    assert (answer.status, answer.body["expires_at"]) == (201, "2024-02-01T00:00:00Z")
    assert show(ada, 1).body["expires_at"] == "2024-02-01T00:00:00Z"


@pytest.mark.parametrize("life", [timedelta(microseconds=1), timedelta(days=365)])
def test_an_end_may_be_near_and_a_year_ahead(ada, life):
    assert make(ada, expires_at=(NOW + life).isoformat()).status == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "spaced "}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["picks:read", "picks:read"]}, "scopes"),
        ({"scopes": ["admin"]}, "scopes[0]"),
        ({"scopes": ["picks:read", "picks:Write"]}, "scopes[1]"),
        ({"scopes": "picks:read"}, "scopes"),
        ({"expires_at": NOW.isoformat()}, "expires_at"),
        ({"expires_at": (NOW - timedelta(days=1)).isoformat()}, "expires_at"),
        ({"expires_at": (NOW + timedelta(days=365, microseconds=1)).isoformat()}, "expires_at"),
        ({"expires_at": "2024-02-30"}, "expires_at"),
        ({"expires_at": 1706745600}, "expires_at"),
        ({"key": "pvk_mine"}, "key"),
        ({"user_id": 2}, "user_id"),
    ],
)
def test_a_wrong_value_is_422_and_named(database, ada, changes, field):
    answer = make(ada, **changes)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}
    assert stored(database) == []


@pytest.mark.parametrize("name", ["x" * 60, "ключ № 1", "🔑" * 60, "7"])
def test_a_name_is_any_text_of_one_line(ada, name):
    assert make(ada, name=name).body["name"] == name
    assert show(ada, 1).body["name"] == name


def test_twenty_keys_are_enough_and_dead_ones_do_not_count(ada, bert):
    ends = (NOW + timedelta(hours=1)).isoformat()
    made = [make(ada, expires_at=ends).body["id"] for _ in range(20)]
    make(ada).problem(409, "TOO_MANY_KEYS")
    assert make(bert).status == 201
    assert revoke(ada, made[3]).status == 204
    assert make(ada).status == 201
    make(ada).problem(409, "TOO_MANY_KEYS")
    with clock.held_at(NOW + timedelta(hours=1)):
        assert make(ada).status == 201
    assert len(listed(ada).body["api_keys"]) == 22


def test_forty_at_once_are_twenty(database, ada):
    wanted = [WantedKey(name=f"key {number}", scopes=["picks:read"], password=PASSWORD) for number in range(40)]
    outcomes = make_keys_at_once(database, ada[0], session_of(ada), wanted, at=NOW, processes=8)
    assert sorted(outcomes) == ["TOO_MANY_KEYS"] * 20 + ["made"] * 20
    assert len(stored(database)) == 20


def test_the_list_is_read_page_by_page_newest_first(ada, bert):
    for number in range(5):
        make(ada, name=f"key {number}")
        make(bert)
    names, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = listed(ada, limit="2", **({"cursor": cursor} if cursor else {})).body
        names += [key["name"] for key in page["api_keys"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert (names, pages) == ([f"key {number}" for number in (4, 3, 2, 1, 0)], 3)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"order": "name"}])
def test_a_wrong_parameter_is_422(ada, query):
    listed(ada, **query).problem(422, "INVALID_VALUE")


def test_a_cursor_of_another_list_is_refused(ada):
    listed(ada, cursor="made-up").problem(422, "INVALID_CURSOR")


def test_a_revoked_key_stays_revoked_and_listed(database, ada):
    key_id = make(ada).body["id"]
    other = make(ada).body["id"]
    with clock.held_at(NOW + timedelta(minutes=1)):
        answer = revoke(ada, key_id)
        assert (answer.status, answer.body) == (204, None)
    before = stored(database)
    with clock.held_at(NOW + timedelta(minutes=2)):
        assert revoke(ada, key_id).status == 204
    assert stored(database) == before
    assert show(ada, key_id).body["revoked_at"] == "2024-01-15T19:31:00Z"
    assert show(ada, other).body["revoked_at"] is None
    assert [key["id"] for key in listed(ada).body["api_keys"]] == [other, key_id]


def test_somebody_else_s_key_is_as_unknown_as_none(database, ada, bert):
    key_id = make(ada).body["id"]
    before = stored(database)
    assert listed(bert).body["api_keys"] == []
    for ask in (show, revoke):
        theirs = ask(bert, key_id).problem(404, "API_KEY_NOT_FOUND")
        nobodys = ask(bert, key_id + 100).problem(404, "API_KEY_NOT_FOUND")
        assert theirs == nobodys
    assert stored(database) == before


@pytest.mark.parametrize("key_id", ["0", "-1", "x", str(2**63), "1.5"])
def test_what_is_no_id_is_refused(ada, key_id):
    for ask in (show, revoke):
        answer = ask(ada, key_id)
        answer.problem(422, "INVALID_VALUE")
        assert answer.fields() == {"key_id"}


OPERATIONS = {
    "create_api_key": ("POST", "/api-keys", WANTED),
    "list_api_keys": ("GET", "/api-keys", None),
    "get_api_key": ("GET", "/api-keys/1", None),
    "revoke_api_key": ("DELETE", "/api-keys/1", None),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_key_has_no_power_over_keys(database, ada, operation):
    make(ada)
    before = stored(database)
    method, path, body = OPERATIONS[operation]
    for scopes in ("picks:read", "picks:read picks:write"):
        answer = call(operation, method, path, body=body, user=ada, scopes=scopes)
        answer.problem(403, "API_KEY_NOT_ACCEPTED")
    call(operation, method, path, body=body).problem(401, "UNAUTHENTICATED")
    assert stored(database) == before


def test_nobody_who_is_gone_gets_a_key(database, ada):
    make((41, "nobody")).problem(401, "UNAUTHENTICATED")
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE users SET username = 'deleted-1', email = NULL, password_hash = NULL, erased_at = %s WHERE id = %s",
            (clock.now(), ada[0]),
        )
    make(ada).problem(401, "UNAUTHENTICATED")
    assert stored(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "scopes = '{}'",
        "scopes = '{admin}'",
        "scopes = '{picks:read,picks:read}'",
        "scopes = '{picks:write,picks:read}'",
        "expires_at = created_at",
        "revoked_at = created_at - interval '1 second'",
        "name = ''",
        "prefix = 'pvk_'",
        "key_hash = 'short'",
    ],
)
def test_the_database_holds_to_what_a_key_is(database, ada, change):
    make(ada)
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(f"UPDATE api_keys SET {change}")
