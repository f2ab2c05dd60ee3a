"""Privileges as sets: what a role should have, and what has to be granted and revoked. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

type Role = Literal["writer", "reader", "authorizer", "forecaster"]
"""A role of the functions. None of them owns anything."""

ROLES: tuple[Role, ...] = ("writer", "reader", "authorizer", "forecaster")

type Kind = Literal["TABLE", "SEQUENCE", "FUNCTION"]
type Columns = tuple[str, ...]

ALL: Columns = ("*",)
"""Every column, including those of later migrations."""
NONE: Columns = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What a role may do with a table: the columns for each verb."""

    select: Columns = NONE
    insert: Columns = NONE
    update: Columns = NONE
    """A row lock (`FOR UPDATE`, `FOR SHARE`) needs at least one column as well."""
    delete: bool = False


type TableGrants = Mapping[Role, Grants]
"""What each role may do with a table. A role that is not named may do nothing."""

type NamedRoles = Mapping[str, tuple[Role, ...]]
"""Which roles may read each view, or execute each function that runs with the rights of the owner. Nobody else may."""


class Privilege(NamedTuple):
    """One privilege on a table or view, on a column of it, on a sequence, or on a function with the owner's rights."""

    kind: Kind
    name: str
    verb: str
    column: str | None = None
    may_grant: bool = False


class Statement(NamedTuple):
    """Privileges that one GRANT or REVOKE names: a verb on a table, or on some of its columns."""

    kind: Kind
    name: str
    verb: str
    columns: Columns


def unlisted(tables: Iterable[str], privileges: Mapping[str, TableGrants]) -> list[str]:
    """Return the tables without a line in the list of privileges."""
    return sorted(set(tables) - privileges.keys())


def wanted(
    role: Role,
    privileges: Mapping[str, TableGrants],
    sequences: Iterable[str],
    views: NamedRoles,
    functions: NamedRoles,
) -> set[Privilege]:
    """Return all privileges that `role` should have.

    The writer may read the sequences of identity columns, because an export contains them.
    """
    found = {
        privilege for table, grants in privileges.items() for privilege in _on_table(table, grants.get(role, Grants()))
    }
    if role == "writer":
        found |= {Privilege("SEQUENCE", name, "SELECT") for name in sequences}
    found |= {Privilege("TABLE", name, "SELECT") for name, roles in views.items() if role in roles}
    return found | {Privilege("FUNCTION", name, "EXECUTE") for name, roles in functions.items() if role in roles}


def statements(privileges: Collection[Privilege]) -> list[Statement]:
    """Combine privileges that one statement can name."""
    columns: defaultdict[tuple[Kind, str, str, bool], list[str]] = defaultdict(list)
    for privilege in sorted(privileges, key=lambda each: (each.kind, each.name, each.verb, each.column or "")):
        key = (privilege.kind, privilege.name, privilege.verb, privilege.column is None)
        columns[key] += [] if privilege.column is None else [privilege.column]
    return [Statement(kind, name, verb, tuple(named)) for (kind, name, verb, _), named in columns.items()]


def excess(attributes: Iterable[str], memberships: Iterable[str]) -> str | None:
    """Return what a role has beyond privileges, in words. None if there is nothing."""
    return ", ".join([*attributes, *(f"member of {name}" for name in memberships)]) or None


def _on_table(table: str, grants: Grants) -> Iterator[Privilege]:
    for verb, columns in (("SELECT", grants.select), ("INSERT", grants.insert), ("UPDATE", grants.update)):
        for column in columns:
            yield Privilege("TABLE", table, verb, None if column == "*" else column)
    if grants.delete:
        yield Privilege("TABLE", table, "DELETE")
