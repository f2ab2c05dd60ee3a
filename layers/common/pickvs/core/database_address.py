"""From the database's secret to what libpq connects with: one connection string, and TLS that is verified."""

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import conninfo

from pickvs.core.config import DatabaseTls
from pickvs.core.errors import ConfigurationError

RDS_ROOTS = Path(__file__).with_name("rds-roots.pem")
"""The authorities of Amazon RDS, which no other list has. `make certificates` writes the file."""

_PARTS = {"host": "host", "port": "port", "username": "user", "password": "password", "dbname": "dbname"}
"""Members of the secret that Secrets Manager attaches to a database of RDS, and what libpq calls them."""
_NEEDED = ("host", "username", "password", "dbname")
# Encryption by Kerberos would come before TLS, and proves no certificate.
_VERIFIED = {"sslmode": "verify-full", "gssencmode": "disable"}


def connection_string(secret: Mapping[str, str], tls: DatabaseTls) -> str:
    """Return what to connect with, in libpq's own form; it has the password in it.

    secret: `{"url"}`, a connection string, or `{"host", "port", "username", "password", "dbname"}` with any others.
    tls: unless it is `off`, the server must prove by a certificate of these authorities that it is the host that the
    secret names, before it is told anything; no connection string can ask for less. Raises ConfigurationError.
    """
    parameters = _parameters(secret)
    if tls == "rds-roots":
        parameters |= _VERIFIED | {"sslrootcert": str(RDS_ROOTS)}
    elif tls == "public-roots":
        import certifi

        # Handshake first, and no question before it: a round trip less. PostgreSQL 17 and Neon's proxy understand it.
        parameters = {"sslnegotiation": "direct"} | parameters
        parameters |= _VERIFIED | {"sslrootcert": certifi.where()}
    return conninfo.make_conninfo(**parameters)


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
        # The chained error would repeat the connection string.
        raise ConfigurationError("the database secret's 'url' is not a connection string") from None
    return {name: str(value) for name, value in known.items()}
