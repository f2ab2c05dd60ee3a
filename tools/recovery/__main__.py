"""`python -m tools.recovery FROM`: loads an export into the empty database that DATABASE_URL names.

FROM is a folder that an export was copied to, or `s3://<bucket>/exports/<name>`. The connection string comes from the
environment because other users of a machine can read a command. A server elsewhere must prove by its certificate who
it is, as it must to the functions.
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
from pickvs.recovery.archives import Archive, BucketArchive, FolderArchive
from pickvs.recovery.restoring import restore
from pickvs.recovery.rules import FOLDER

_HERE = ("localhost", "127.0.0.1", "::1")

USAGE = f"usage: DATABASE_URL=postgresql://… python -m tools.recovery FOLDER | s3://BUCKET/{FOLDER}/NAME"


def main(arguments: list[str], url: str) -> int:
    """Restore what `arguments` name into the database at `url`; return the exit status."""
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
        # The driver's text may repeat host and user; its first line says what is wrong.
        sys.stderr.write(f"the database cannot be used: {str(error).splitlines()[0]}\n")
        return 1
    except PickvsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{json.dumps(report, indent=2)}\n")
    return 0


def address(url: str) -> str:
    """Return what to connect with: TLS is verified, except with a server that is on this machine by its name or socket.

    Raises ConfigurationError, also for a string that leaves the host to the rest of the environment.
    """
    try:
        known = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigurationError("DATABASE_URL is not a connection string") from None
    host = str(known.get("host", "")).lower()
    if not host:
        raise ConfigurationError("DATABASE_URL names no host; write it out, localhost too")
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
