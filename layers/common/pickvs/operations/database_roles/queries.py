"""The SQL of roles and privileges. Every name is quoted."""

from collections.abc import Iterable

from psycopg import sql

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.operations.database_roles.rules import Kind, Privilege, Statement

_TIMEOUT_MS = 20_000
_READ_ONLY = "default_transaction_read_only=on"

# Tables, views, sequences, and functions that run with the rights of the owner. An extension's views are not ours.
_HELD = """
    WITH grantee AS (
      SELECT CASE WHEN %(role)s::text IS NULL THEN 0 ELSE (SELECT oid FROM pg_roles WHERE rolname = %(role)s) END AS oid
    ), object AS (
      SELECT pg_class.oid, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relname::text AS name, relacl
      FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                                                AND deptype = 'e')
    )
    SELECT kind, name, privilege_type AS verb, NULL AS column, is_grantable AS may_grant
    FROM object, aclexplode(relacl) AS acl
    WHERE acl.grantee = (SELECT oid FROM grantee)
    UNION ALL
    SELECT kind, name, privilege_type, attname::text, is_grantable
    FROM object JOIN pg_attribute ON attrelid = object.oid AND NOT attisdropped, aclexplode(attacl) AS acl
    WHERE acl.grantee = (SELECT oid FROM grantee)
    UNION ALL
    SELECT 'FUNCTION', proname::text, privilege_type, NULL, is_grantable
    FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) AS acl
    WHERE pronamespace = 'public'::regnamespace AND prosecdef AND acl.grantee = (SELECT oid FROM grantee)
"""

# A partition has no privileges of its own: it is used through its table.
_RELATIONS = """
    SELECT relname::text AS name, relkind = 'S' AS is_sequence FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S') AND NOT relispartition
    ORDER BY relname
"""

_ROLE = """
    SELECT rolcanlogin AS may_login,
           ARRAY(SELECT word FROM (VALUES (rolsuper, 'superuser'), (rolcreaterole, 'may create roles'),
                                          (rolcreatedb, 'may create databases'), (rolreplication, 'may replicate'),
                                          (rolbypassrls, 'bypasses row security'),
                                          (EXISTS (SELECT FROM pg_shdepend
                                                   WHERE refclassid = 'pg_authid'::regclass
                                                     AND refobjid = pg_roles.oid AND deptype = 'o'), 'owns objects'))
                     AS attribute (has_it, word)
                 WHERE has_it) AS attributes,
           ARRAY(SELECT role.rolname::text FROM pg_auth_members JOIN pg_roles role ON role.oid = roleid
                 WHERE member = pg_roles.oid ORDER BY 1) AS memberships,
           has_database_privilege(oid, current_database(), 'CONNECT') AS may_connect,
           has_schema_privilege(oid, 'public', 'USAGE') AS may_use_schema,
           %s = ANY(coalesce(rolconfig, '{}')) AS reads_only
    FROM pg_roles
    WHERE rolname = %s
"""

# What PostgreSQL grants to everybody if a database or schema says nothing.
_OF_EVERYBODY = """
    SELECT 'DATABASE' AS kind, privilege_type AS verb
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
    WHERE datname = current_database() AND grantee = 0
    UNION ALL
    SELECT 'SCHEMA', privilege_type
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname = 'public' AND grantee = 0 AND privilege_type = 'CREATE'
"""


class RoleRow(TableRow, frozen=True):
    """A role as it is. attributes, memberships: rights beyond privileges on objects."""

    may_login: bool
    attributes: list[str]
    memberships: list[str]
    may_connect: bool
    may_use_schema: bool
    reads_only: bool


class HeldRow(TableRow, frozen=True):
    """A privilege that a role has. column: None for the whole table or sequence."""

    kind: Kind
    name: str
    verb: str
    column: str | None
    may_grant: bool


def take_turn(connection: Connection) -> None:
    """Limit the transaction's statements in time, and wait for a concurrent migration."""
    connection.execute("SELECT set_config('statement_timeout', %s, true)", (str(_TIMEOUT_MS),))
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('pickvs-migrate'))")


def relations(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the names of all tables and of all sequences."""
    rows = connection.execute(_RELATIONS).fetchall()
    return [row["name"] for row in rows if not row["is_sequence"]], [row["name"] for row in rows if row["is_sequence"]]


def find_role(connection: Connection, name: str) -> RoleRow | None:
    """Return the role with this name. None if the server has none."""
    with connection.cursor(row_factory=row_of(RoleRow)) as cursor:
        return cursor.execute(_ROLE, (_READ_ONLY, name)).fetchone()


def create_role(connection: Connection, name: str) -> None:
    """Create a role that may log in and nothing else. It has no password yet, so nobody can log in."""
    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))


def let_log_in(connection: Connection, name: str) -> None:
    """Let a role log in."""
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(name)))


def make_read_only(connection: Connection, name: str) -> None:
    """Make the role's transactions read-only unless they say otherwise. Its privileges allow nothing else anyway."""
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(name)))


def let_connect(connection: Connection, name: str) -> None:
    """Let a role connect to this database."""
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            sql.Identifier(connection.info.dbname), sql.Identifier(name)
        )
    )


def let_use_schema(connection: Connection, name: str) -> None:
    """Let a role refer to the objects of the schema, on which it needs privileges of their own."""
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(name)))


def held(connection: Connection, role: str | None) -> set[Privilege]:
    """Return all privileges of a role on tables, columns, sequences, functions. role: None for everybody (PUBLIC)."""
    with connection.cursor(row_factory=row_of(HeldRow)) as cursor:
        rows = cursor.execute(_HELD, {"role": role}).fetchall()
    return {Privilege(row.kind, row.name, row.verb, row.column, row.may_grant) for row in rows}


def grant(connection: Connection, role: str, stated: Iterable[Statement]) -> None:
    """Grant privileges to a role."""
    for each in stated:
        connection.execute(sql.SQL("GRANT {} TO {}").format(_named(each), sql.Identifier(role)))


def revoke(connection: Connection, role: str | None, stated: Iterable[Statement]) -> None:
    """Revoke privileges from a role. role: None for everybody (PUBLIC)."""
    for each in stated:
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(_named(each), _grantee(role)))


def shut_out_everybody(connection: Connection) -> None:
    """Revoke what PostgreSQL grants to everybody: to connect, to make temporary tables, and to make tables.

    A temporary table could stand in for a real one. Does nothing if it has been done.
    """
    database = sql.Identifier(connection.info.dbname)
    for row in connection.execute(_OF_EVERYBODY).fetchall():
        what = sql.SQL("SCHEMA public") if row["kind"] == "SCHEMA" else sql.SQL("DATABASE {}").format(database)
        connection.execute(sql.SQL("REVOKE {} ON {} FROM PUBLIC").format(sql.SQL(row["verb"]), what))


def _named(stated: Statement) -> sql.Composed:
    """Return `SELECT (a, b) ON TABLE public.t`."""
    columns = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, stated.columns)))
    return sql.SQL("{} {} ON {} {}").format(
        sql.SQL(stated.verb),
        columns if stated.columns else sql.SQL(""),
        sql.SQL(stated.kind),
        sql.Identifier("public", stated.name),
    )


def _grantee(role: str | None) -> sql.Composable:
    return sql.SQL("PUBLIC") if role is None else sql.Identifier(role)
