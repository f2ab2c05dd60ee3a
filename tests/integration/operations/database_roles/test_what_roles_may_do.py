"""What the roles of the functions may do in the migrated database, tried by logging in as each."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors, sql

from pickvs.core.errors import ConfigurationError
from pickvs.operations.database_roles.privileges import PRIVILEGES
from pickvs.operations.database_roles.queries import take_turn
from pickvs.operations.database_roles.rules import ROLES, Role
from pickvs.operations.database_roles.service import settle_privileges
from tests.support.contest import Contest
from tests.support.database_roles import USERS, url_of
from tests.support.waiting import blocked

RECORDED = ("audit_log", "bookmaker_odds", "game_results", "picks", "settlement_ledger")
"""Tables whose rows never change."""
SECRET = re.compile("hash|digest|password|token|secret")
OF_PUBLIC_FACTS = {("result_answers", "digest"), ("result_versions", "digest")}
"""Digests of results of races, which everybody may read."""
OF_A_TABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")

OWNERS_WORK = (
    "ALTER TABLE {table} ADD COLUMN mine text",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} RENAME TO mine",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
    "CREATE RULE mine AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE INDEX mine ON {table} ((1))",
    "COMMENT ON TABLE {table} IS 'mine'",
    "TRUNCATE {table}",
    "DROP TABLE {table} CASCADE",
)
NOBODYS_WORK = (
    "CREATE TABLE mine (id integer)",
    "CREATE TEMP TABLE picks (id integer)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql RETURN 1",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION refuse_change() SECURITY DEFINER",
    "DROP FUNCTION refuse_change() CASCADE",
    "ALTER TYPE pick_result ADD VALUE 'mine'",
    "SET session_replication_role = replica",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER CREATEROLE",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC; CREATE TABLE mine (id integer)",
    "SET ROLE pickvs",
    "SET SESSION AUTHORIZATION pickvs",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
)
REFUSALS = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)

type Login = Callable[[Role], psycopg.Connection[tuple[object, ...]]]


@pytest.fixture
def login(database: str) -> Iterator[Login]:
    """Log in to the migrated database as a role. Nothing limits its transactions but its privileges."""
    opened = []

    def connect(role: Role) -> psycopg.Connection[tuple[object, ...]]:
        connection = psycopg.connect(url_of(database, role), autocommit=True)
        connection.execute("SET default_transaction_read_only = off; SET lock_timeout = '2s'")
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def columns(database: str) -> list[tuple[str, str]]:
    with psycopg.connect(database) as owner:
        return owner.execute(
            "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND attnum > 0 AND NOT attisdropped ORDER BY relname, attnum"
        ).fetchall()


def test_every_table_has_a_line(database: str) -> None:
    assert {table for table, _ in columns(database)} == PRIVILEGES.keys()


def test_a_table_without_a_line_is_an_error_that_says_where_it_goes(database: str) -> None:
    with psycopg.connect(database, autocommit=True, row_factory=psycopg.rows.dict_row) as owner:
        owner.execute("CREATE TABLE likes (pick_id bigint)")
        with pytest.raises(
            ConfigurationError, match=r"no role may use likes: add a line .*database_roles/privileges\.py"
        ):
            settle_privileges(owner, USERS)


def test_two_deployments_take_turns(database: str, contest: Contest) -> None:
    """Both read what a role has before they grant and revoke."""
    with (
        ThreadPoolExecutor(1) as thread,
        psycopg.connect(database, autocommit=True, row_factory=psycopg.rows.dict_row) as owner,
        psycopg.connect(database, row_factory=psycopg.rows.dict_row) as other,
    ):
        take_turn(other)
        settling = blocked(thread, contest, lambda: settle_privileges(owner, USERS))
        other.rollback()
        settling.result(timeout=10)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_cannot_do_the_owners_work(database: str, login: Login, role: Role) -> None:
    connection = login(role)
    tried = [
        *(sql.SQL(work).format(table=sql.Identifier(table)) for table in PRIVILEGES for work in OWNERS_WORK),
        *map(sql.SQL, NOBODYS_WORK),
    ]
    with psycopg.connect(database) as owner:
        triggers = owner.execute("SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                                 " WHERE NOT tgisinternal").fetchall()  # fmt: skip
    assert len(triggers) >= 10
    for table, trigger in triggers:
        tried.append(sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(trigger), sql.Identifier(table)))
        tried.append(
            sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(sql.Identifier(table), sql.Identifier(trigger))
        )
    done = []
    for statement in tried:
        try:
            connection.execute(statement)
        except REFUSALS:
            continue
        done.append(statement.as_string(connection))
    assert done == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gives_nothing_away(database: str, login: Login, role: Role) -> None:
    """Without the right to grant anything, GRANT only warns. What counts is that nothing was granted."""
    acl = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    with psycopg.connect(database, autocommit=True) as owner:
        before = owner.execute(acl).fetchall()
        connection = login(role)
        for table in PRIVILEGES:
            for grantee in ("PUBLIC", *USERS.values()):
                try:
                    connection.execute(f"GRANT ALL ON {table} TO {grantee}".encode())
                except REFUSALS:
                    continue
        for other in (user for user in (*USERS.values(), "pickvs") if user != USERS[role]):
            with pytest.raises(REFUSALS):
                connection.execute(f"GRANT {other} TO {USERS[role]}".encode())
        assert owner.execute(acl).fetchall() == before


def test_what_is_recorded_is_added_to_and_nothing_else(database: str, login: Login) -> None:
    """The triggers refuse this as well. Here it is refused before any trigger runs."""
    writer = login("writer")
    for table, column in columns(database):
        immutable = table in RECORDED or (table == "quotes" and column not in {"captured_at", "superseded_at"})
        if immutable:
            with pytest.raises(errors.InsufficientPrivilege):
                writer.execute(f"UPDATE {table} SET {column} = DEFAULT".encode())
            with pytest.raises(errors.InsufficientPrivilege):
                writer.execute(f"DELETE FROM {table}".encode())
    for table in RECORDED:
        assert writer.execute("SELECT has_table_privilege(%s, 'INSERT')", (table,)).fetchone() == (True,)
        with pytest.raises(errors.InsufficientPrivilege):
            writer.execute(f"SELECT FROM {table} FOR UPDATE".encode())


def test_the_reader_reads_no_hash_and_writes_nothing(database: str, login: Login) -> None:
    reader = login("reader")
    seen: dict[str, set[str]] = {}
    for table, column in columns(database):
        for statement in (f"UPDATE {table} SET {column} = DEFAULT", f"INSERT INTO {table} ({column}) VALUES (DEFAULT)"):
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute(statement.encode())
        try:
            reader.execute(f"SELECT {column} FROM {table}".encode())
        except errors.InsufficientPrivilege:
            continue
        seen.setdefault(table, set()).add(column)
    for table in PRIVILEGES:
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(f"DELETE FROM {table}".encode())
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(f"SELECT FROM {table} FOR SHARE".encode())
    read = {(table, column) for table, named in seen.items() for column in named if SECRET.search(column)}
    assert read == OF_PUBLIC_FACTS
    assert seen.keys().isdisjoint({"account_tokens", "idempotency_keys", "limits"})
    assert "token_hash" not in seen["refresh_tokens"]
    assert {"users", "games", "picks", "settlement_ledger", "standings"} <= seen.keys()


def test_a_table_that_holds_a_secret_names_what_the_reader_may_see(database: str) -> None:
    """Otherwise the next secret column of the table would be readable by default."""
    secret = {(table, column) for table, column in columns(database) if SECRET.search(column)}
    guarded = {table for table, _ in secret - OF_PUBLIC_FACTS}
    assert {"users", "api_keys", "refresh_tokens"} <= guarded
    for table in guarded:
        assert "reader" not in PRIVILEGES[table] or "*" not in PRIVILEGES[table]["reader"].select, table


def test_the_authorizer_checks_a_key_and_sees_nothing_else(database: str, login: Login) -> None:
    authorizer = login("authorizer")
    held = {
        (table, verb)
        for table in PRIVILEGES
        for verb in ("SELECT", "INSERT", "UPDATE", "REFERENCES")
        if authorizer.execute("SELECT has_any_column_privilege(%s, %s)", (table, verb)).fetchone() == (True,)
    }
    assert held == {("users", "SELECT"), ("api_keys", "SELECT"), ("api_keys", "UPDATE")}
    for statement in (
        "SELECT email FROM users",
        "SELECT password_hash FROM users",
        "UPDATE api_keys SET revoked_at = NULL",
        "UPDATE api_keys SET scopes = '{picks:write}'",
        "DELETE FROM api_keys",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            authorizer.execute(statement.encode())


@pytest.mark.parametrize("role", ROLES)
def test_nobody_truncates_or_refers_to_a_table(database: str, login: Login, role: Role) -> None:
    connection = login(role)
    verbs = set(OF_A_TABLE) - {"SELECT", "INSERT", "UPDATE", "DELETE"}
    held = [
        (table, verb)
        for table in PRIVILEGES
        for verb in verbs
        if connection.execute("SELECT has_table_privilege(%s, %s)", (table, verb)).fetchone() != (False,)
    ]
    assert held == []


def test_triggers_look_for_tables_where_the_owner_made_them(database: str) -> None:
    with psycopg.connect(database) as owner:
        functions = owner.execute(
            "SELECT proname, proconfig FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
        ).fetchall()
    assert len(functions) >= 5
    for name, settings in functions:
        assert settings == ["search_path=pg_catalog, public, pg_temp"], f"{name}: CREATE OR REPLACE forgets it"


def test_a_reader_that_forgets_itself_cannot_begin_to_write(database: str) -> None:
    with psycopg.connect(url_of(database, "reader")) as reader, pytest.raises(errors.ReadOnlySqlTransaction):
        reader.execute("SELECT lo_create(0)")
