"""`python -m tools.recovery FROM`: loads an export into the empty database at DATABASE_URL.

FROM is a folder with a copy of an export, or `s3://<bucket>/exports/<name>`. The connection string is an environment
variable because other users of a machine can read the arguments of a command. As in the functions, the certificate of
a remote server is verified.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import conninfo
from psycopg.rows import dict_row

from pickvs.core.config import DatabaseTls
from pickvs.core.database import Connection
from pickvs.core.database_address import connection_string
from pickvs.core.errors import ConfigurationError, PickvsError
from pickvs.operations.recovery.archives import Archive, BucketArchive, FolderArchive
from pickvs.operations.recovery.restoring import restore
from pickvs.operations.recovery.rules import FOLDER

_HERE = ("localhost", "127.0.0.1", "::1")

USAGE = f"usage: DATABASE_URL=postgresql://… python -m tools.recovery FOLDER | s3://BUCKET/{FOLDER}/NAME"


def main(arguments: list[str], url: str) -> int:
    """Restore the export that `arguments` name into the database at `url` and return the exit status."""
    if len(arguments) != 1 or not arguments[0] or not url:
        sys.stderr.write(f"{USAGE}\n")
        return 2

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with psycopg.connect(where, connect_timeout=20, row_factory=dict_row) as connection:
            yield connection

    try:
        where = address(url)
        report = restore(_archive(arguments[0]), transaction)
    except psycopg.OperationalError as error:
        # Only the first line of the driver's message, which states the cause.
        sys.stderr.write(f"the database cannot be used: {str(error).splitlines()[0]}\n")
        return 1
    except PickvsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{json.dumps(report, indent=2)}\n")
    return 0


def address(url: str) -> str:
    """Return the connection string with verified TLS; without TLS for `localhost`, loopback and Unix sockets.

    Raises ConfigurationError if `url` is invalid or has no host. libpq would take the host from other variables.
    """
    try:
        known = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigurationError("DATABASE_URL is not a connection string") from None
    host = str(known.get("host", "")).lower()
    if not host:
        raise ConfigurationError("DATABASE_URL has no host; state it explicitly, even for localhost")
    tls: DatabaseTls = "public-roots"
    if (host in _HERE or host.startswith("/")) and not known.get("hostaddr"):
        tls = "off"
    elif host.endswith(".rds.amazonaws.com"):
        tls = "rds-roots"
    return connection_string({"url": url}, tls)


def _archive(place: str) -> Archive:
    if not place.startswith("s3://"):
        return FolderArchive(Path(place))
    bucket, _, path = place.removeprefix("s3://").strip("/").partition("/")
    return BucketArchive(bucket, path.removeprefix(f"{FOLDER}/"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("DATABASE_URL", "")))
