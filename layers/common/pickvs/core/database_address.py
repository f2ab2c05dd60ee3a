"""Connection string for libpq, built from the database secret, with verified TLS."""

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import conninfo

from pickvs.core.config import DatabaseTls
from pickvs.core.errors import ConfigurationError

RDS_ROOTS = Path(__file__).with_name("rds-roots.pem")
"""Certificate authorities of Amazon RDS, which public lists do not contain. `make certificates` writes the file."""

_PARTS = {"host": "host", "port": "port", "username": "user", "password": "password", "dbname": "dbname"}
"""Fields of the secret that Secrets Manager attaches to an RDS database, with libpq's names."""
_PLACE = ("host", "port", "dbname")
_NEEDED = ("host", "username", "password", "dbname")
# libpq prefers GSSAPI encryption to TLS, and it does not verify a certificate.
_VERIFIED = {"sslmode": "verify-full", "gssencmode": "disable"}


def connection_string(secret: Mapping[str, str], tls: DatabaseTls) -> str:
    """Return the connection string in libpq's format. It contains the password.

    secret: `{"url"}` with a connection string, or `{"host", "port", "username", "password", "dbname"}`; other fields
    are ignored. tls: unless `off`, the server must present a certificate of these authorities for the secret's host.
    A connection string cannot weaken this. Raises ConfigurationError if the secret is incomplete or invalid.
    """
    parameters = _parameters(secret)
    if tls == "rds-roots":
        parameters |= _VERIFIED | {"sslrootcert": str(RDS_ROOTS)}
    elif tls == "public-roots":
        import certifi

        # Direct TLS negotiation saves a round trip. PostgreSQL 17 and Neon's proxy support it.
        parameters = {"sslnegotiation": "direct"} | parameters
        parameters |= _VERIFIED | {"sslrootcert": certifi.where()}
    return conninfo.make_conninfo(**parameters)


def address_of(secret: Mapping[str, str]) -> dict[str, str]:
    """Return the fields host, port and dbname of the database that a secret leads to, without user and password.

    Raises ConfigurationError if the secret is incomplete or invalid.
    """
    parameters = _parameters(secret)
    address = {field: parameters[name] for field, name in _PARTS.items() if field in _PLACE and name in parameters}
    missing = [field for field in ("host", "dbname") if field not in address]
    if missing:
        raise ConfigurationError(f"the connection string in the database secret has no {' and no '.join(missing)}")
    return address


def _parameters(secret: Mapping[str, str]) -> dict[str, str]:
    if not secret.get("url"):
        missing = [name for name in _NEEDED if not secret.get(name)]
        if missing:
            raise ConfigurationError(
                "the database secret has no field 'url', where the connection string belongs; "
                f"to be the secret of a database of RDS it lacks {', '.join(missing)}"
            )
        return {name: secret[member] for member, name in _PARTS.items() if secret.get(member)}
    try:
        known = conninfo.conninfo_to_dict(secret["url"])
    except psycopg.ProgrammingError:
        # A chained error would repeat the connection string.
        raise ConfigurationError("the database secret's 'url' is not a connection string") from None
    return {name: str(value) for name, value in known.items()}
