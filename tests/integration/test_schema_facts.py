"""The migrated database has the guards of the written list, and no others."""

import difflib

import psycopg
import pytest

from tests.support.databases import Databases, migrate
from tests.support.schema_facts import FOLDER, KINDS, read_facts, written_facts

_HOW_TO_UPDATE = "If it is meant so: `make schema-facts`, and let somebody read the difference."


@pytest.fixture(scope="module")
def facts(databases: Databases) -> dict[str, str]:
    with databases.fresh(migrated=False) as url:  # a copy of a template lacks what was granted on the database
        migrate(url)
        return read_facts(url)


def difference(kind: str, found: str) -> str:
    lines = difflib.unified_diff(
        written_facts(kind).splitlines(), found.splitlines(), f"{kind}.txt", "the migrated database", "", "", 0, ""
    )
    return "\n".join(lines)


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_is_what_the_written_list_says(facts: dict[str, str], kind: str) -> None:
    if changed := difference(kind, facts[kind]):
        pytest.fail(f"the schema's {kind} differ from tests/integration/schema:\n{changed}\n\n{_HOW_TO_UPDATE}", False)


def test_each_list_is_of_a_kind_that_is_compared() -> None:
    assert {path.stem for path in FOLDER.glob("*")} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "statement", "seen"),
    [
        ("columns", "ALTER TABLE picks ALTER placed_at DROP NOT NULL", "-picks.placed_at timestamp with time zone NOT"),
        ("columns", "ALTER TABLE games ALTER status SET DEFAULT 'live'", "DEFAULT 'live'::game_status"),
        ("constraints", "ALTER TABLE quotes DROP CONSTRAINT quotes_books_check", "-quotes quotes_books_check: CHECK"),
        ("constraints", "ALTER TABLE picks ADD CHECK (price <> 0) NOT VALID", "NOT VALID"),
        (
            "functions",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "-",
        ),
        ("indexes", "DROP INDEX users_confirmed_email_key", "-CREATE UNIQUE INDEX users_confirmed_email_key"),
        ("privileges", "GRANT SELECT ON users TO PUBLIC", "+table users: PUBLIC may SELECT"),
        ("privileges", "GRANT SELECT (email) ON users TO PUBLIC", "+column users.email: PUBLIC may SELECT"),
        ("privileges", "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC", "PUBLIC may INSERT"),
        ("privileges", "REVOKE EXECUTE ON FUNCTION refuse_change() FROM PUBLIC", "-function refuse_change(): PUBLIC"),
        ("roles", "CREATE ROLE guest LOGIN; GRANT SELECT ON games TO guest", "+role guest: LOGIN"),
        ("roles", "ALTER TABLE picks ENABLE ROW LEVEL SECURITY", "+row security of picks: on"),
        ("tables", "ALTER TABLE settlement_ledger SET UNLOGGED", "+table settlement_ledger UNLOGGED"),
        (
            "triggers",
            "ALTER TABLE picks DISABLE TRIGGER picks_are_facts",
            "EXECUTE FUNCTION refuse_change() (disabled)",
        ),
        ("triggers", "DROP TRIGGER games_stay ON games", "-CREATE TRIGGER games_stay"),
        ("types", "ALTER TYPE pick_result ADD VALUE 'half'", "'half'"),
    ],
)
def test_a_guard_that_is_weaker_is_seen(databases: Databases, kind: str, statement: str, seen: str) -> None:
    with databases.fresh() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())
        changed = difference(kind, read_facts(url)[kind])
        if kind == "roles":
            forget_guest(url)
    assert seen in changed


def forget_guest(url: str) -> None:
    """Remove the role of these tests, which belongs to the server and not to the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guest'").fetchone():
            connection.execute("DROP OWNED BY guest; DROP ROLE guest")
