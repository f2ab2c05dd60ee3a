"""Structured JSON logs, one line per event, with secrets redacted.

Redaction (`pickvs.core.redaction`) is the last step of formatting. It covers the message, extra fields, persistent
keys, exception text and stack trace.

Powertools, which formats the lines, is imported with the first line: most requests log nothing.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from pickvs.core.config import settings

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

_shared: dict[str, Any] = {}

# urllib3 and botocore log full URLs, including keys, at DEBUG and WARNING. psycopg warns, with host and user, if a
# rollback fails after an error that is already reported.
for _noisy in ("urllib3", "botocore", "psycopg"):
    logging.getLogger(_noisy).setLevel(logging.ERROR)


def share(**fields: Any) -> None:
    """Set the fields that all further lines share. Replaces those set before."""
    global _shared  # noqa: PLW0603 - there is one log
    _shared = fields
    if logger.cache_info().currsize:
        logger().structure_logs(**fields)


@cache
def logger() -> "Logger":
    """Return the function's logger. Powertools' own environment variables set the service name and level.

    `pickvs.core.invocations` adds the fields that identify the invocation.
    """
    from pickvs.core.log_lines import new_logger

    made = new_logger(stage=settings().stage)
    if _shared:
        made.structure_logs(**_shared)
    return made
