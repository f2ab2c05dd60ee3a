"""Restores an export into an empty database. Invoked by hand; not reachable over HTTP.

The permission to invoke the function is the only access control.
"""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.recovery.service import restore_ordered


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Load the export named by `{"export": "2026-11-20T23-15-00Z"}`, and return what was loaded.

    Fails with the reason if the export is incomplete, or the database is not empty or has a different schema version.
    """
    return restore_ordered(event)
