"""Gives each role its privileges, its password, and a secret that leads to the database.

The function `migrate` does this as the owner after each migration. Every step can be repeated, and changes nothing if
nothing has to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg

from pickvs.core.database import Connection, connected
from pickvs.core.database_address import address_of
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, PasswordRefused
from pickvs.core.logging import logger
from pickvs.core.secrets import SecretVersions, get_secret_anew
from pickvs.operations.database_password.queries import change_password
from pickvs.operations.database_roles import queries, rules
from pickvs.operations.database_roles.config import address_secret, role_secrets
from pickvs.operations.database_roles.privileges import FUNCTIONS, PRIVILEGES, VIEWS
from pickvs.operations.database_roles.rules import Role

_LIST = "layers/common/pickvs/operations/database_roles/privileges.py"


@dataclass(frozen=True, slots=True)
class Login:
    """The login of a role. passwords: the current one, then that of a rotation in progress."""

    role: Role
    user: str
    passwords: tuple[str, ...] = field(repr=False)


def settle() -> None:
    """Make every role of the functions usable, with exactly the privileges of the list.

    Raises ConfigurationError if a table is not in the list, a role has rights that it must not have, or a secret is not
    usable. Raises DatabaseUnavailable.
    """
    # Not from the cache: an operator who changes the address invokes this function next.
    address = address_of(SecretVersions(address_secret()).current().fields)
    for name in role_secrets().values():
        _publish(SecretVersions(name), address)
    logins = [_login(role, name) for role, name in role_secrets().items()]
    with connected() as connection:
        settle_privileges(connection, {login.role: login.user for login in logins})
        for login in logins:
            settle_password(connection, login)
    logger().info("database roles settled", extra={"roles": [login.user for login in logins]})


def settle_privileges(connection: Connection, users: Mapping[Role, str]) -> None:
    """Create the roles that do not exist, and grant and revoke until each has exactly the listed privileges.

    connection: as the owner of the tables, without an open transaction.
    """
    with connection.transaction():
        queries.take_turn(connection)
        tables, sequences = queries.relations(connection)
        if missing := rules.unlisted(tables, PRIVILEGES):
            raise ConfigurationError(
                f"no role may use {', '.join(missing)}: add a line for each to PRIVILEGES in {_LIST}, which says what "
                "the writer and the reader may do there"
            )
        queries.shut_out_everybody(connection)
        queries.revoke(connection, None, rules.statements(queries.held(connection, None)))
        for role, user in users.items():
            _settle_role(connection, role, user)
            wanted = rules.wanted(role, PRIVILEGES, sequences, VIEWS, FUNCTIONS)
            queries.revoke(connection, user, rules.statements(queries.held(connection, user) - wanted))
            # Read again: to revoke a verb on a table revokes it on its columns too.
            queries.grant(connection, user, rules.statements(wanted - queries.held(connection, user)))


def settle_password(connection: Connection, login: Login) -> None:
    """Give a role the current password of its secret, unless the database accepts a password that is there.

    A rotation in progress is left alone: until it ends, the password may be the pending one.
    """
    if _lets_in(connection, login):
        return
    try:
        change_password(connection, login.user, login.passwords[0])
    except psycopg.Error as error:
        # Two concurrent deployments conflict, and the other one may have succeeded.
        if not _lets_in(connection, login):
            # Not the driver's error, whose text may repeat the statement.
            raise DatabaseUnavailable(
                f"the password of {login.user} could not be changed: {error.sqlstate or type(error).__name__}"
            ) from None


def _settle_role(connection: Connection, role: Role, user: str) -> None:
    found = queries.find_role(connection, user)
    if found is None:
        queries.create_role(connection, user)
        found = queries.find_role(connection, user)
    if found is None:
        raise ConfigurationError(f"the database role {user} cannot be created")
    if excess := rules.excess(found.attributes, found.memberships):
        raise ConfigurationError(
            f"the database role {user} has rights that no function may have ({excess}): drop it with DROP ROLE, and "
            "invoke migrate again, which creates it"
        )
    if not found.may_login:
        queries.let_log_in(connection, user)
    if not found.may_connect:
        queries.let_connect(connection, user)
    if not found.may_use_schema:
        queries.let_use_schema(connection, user)
    if role == "reader" and not found.reads_only:
        queries.make_read_only(connection, user)


def _publish(versions: SecretVersions, address: Mapping[str, str]) -> None:
    """Put the address into a role's secret, beside its user and password."""
    current = versions.current().value
    reaching = {**current, **address}
    if reaching != current:
        versions.replace(reaching)


def _login(role: Role, name: str) -> Login:
    values = get_secret_anew(name)
    if not all(value.get("username") and value.get("password") for value in values):
        raise ConfigurationError(f"the secret {name} has no username and password")
    return Login(role, values[0]["username"], tuple(value["password"] for value in values))


def _lets_in(owner: Connection, login: Login) -> bool:
    """Return whether the owner's database accepts a password of this login.

    Raises any other failure to connect, which proves nothing.
    """
    place = {"host": owner.info.host, "port": str(owner.info.port), "dbname": owner.info.dbname}
    for password in login.passwords:
        try:
            with connected({**place, "username": login.user, "password": password}):
                return True
        except PasswordRefused:
            continue
    return False
