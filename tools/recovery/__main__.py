"""`python -m tools.recovery FROM`: loads an export into the empty database that DATABASE_URL names.

FROM is a folder that an export was copied to, or `s3://<bucket>/exports/<name>`. The connection string comes from the
environment because other users of a machine can read a command.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.rows import dict_row

from pickvs.core.database import Connection
from pickvs.core.errors import PickvsError
from pickvs.recovery.archives import Archive, BucketArchive, FolderArchive
from pickvs.recovery.restoring import restore
from pickvs.recovery.rules import FOLDER

USAGE = f"usage: DATABASE_URL=postgresql://… python -m tools.recovery FOLDER | s3://BUCKET/{FOLDER}/NAME"


def main(arguments: list[str], url: str) -> int:
    """Restore what `arguments` name into the database at `url`; return the exit status."""
    if len(arguments) != 1 or not arguments[0] or not url:
        sys.stderr.write(f"{USAGE}\n")
        return 2

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with psycopg.connect(url, connect_timeout=10, row_factory=dict_row) as connection:
            yield connection

    try:
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


def _archive(place: str) -> Archive:
    if not place.startswith("s3://"):
        return FolderArchive(Path(place))
    bucket, _, path = place.removeprefix("s3://").strip("/").partition("/")
    return BucketArchive(bucket, path.removeprefix(f"{FOLDER}/"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("DATABASE_URL", "")))
