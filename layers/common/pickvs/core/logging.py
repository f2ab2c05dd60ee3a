"""Structured JSON logs, one line an event, with everything secret taken out.

Redaction stands at the last step, where the line is made: message, extra fields, persistent keys, exception text and
stack trace all pass it. It knows secrets by value (whatever `pickvs.core.secrets` has read), by the name of the field
they stand in, and by their shape.

Powertools, which writes the lines, is imported with the first of them: most requests have nothing to say.
"""

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from pickvs.core.config import settings

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

_NAME = r"(?:passw(?:or)?d|passphrase|secret|token|api_?key|(?:signing|current|previous)_key|authorization)"
# The bounds and lookbehinds keep the time linear in the text, whatever the text is.
_SECRET = rf"""(?isx)
      ( {_NAME} \w{{0,20}} \\{{0,4}} ["']? \s{{0,4}} [=:] \s{{0,4}} )  # apiKey=…  "password": "…"  {{\"token\": \"…\"}}
      (?: (?P<quote> \\{{0,4}} ["'] ) (?: (?!(?P=quote)) (?: \\. | . ) )* (?: (?P=quote) | \Z )
        | (?: (?:Bearer|Basic) \s+ )? [^&\s"',;}}\\]+ )
    | ( postgres (?:ql)? :// [^:/\s]{{0,100}} : ) [^\s"']{{1,200}} (?=@)  # postgresql://user:…@host
    | ( \b Bearer \s{{1,4}} ) [\w.~+/=-]+
    | ( (?<![\w-]) eyJ ) [\w-]{{5,}} \. [\w-]+ \. [\w-]*  # a JSON Web Token
    | ( pvk_ ) [\w-]{{16,}}  # an API key; the 12 characters of it that may be seen are fewer
    | ( \$argon2 ) [\w$,=+/-]+
    """
_SHORTEST_HIDDEN = 8

_hidden: set[str] = set()
_shared: dict[str, Any] = {}

# Two write whole addresses, with the key in them, at DEBUG and WARNING; psycopg warns, with host and user, of a
# rollback that fails after an error, which we report.
for _noisy in ("urllib3", "botocore", "psycopg"):
    logging.getLogger(_noisy).setLevel(logging.ERROR)


def hide(value: str) -> None:
    """Keep `value`, and its form in a URL, out of every later log line. Too short a value would hide ordinary words."""
    if len(value) >= _SHORTEST_HIDDEN:
        _hidden.update((value, quote_plus(value)))


def redact(text: str) -> str:
    """Return `text` with the values of keys, passwords, tokens and connection strings replaced by `***`."""
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, "***")
    return _secret().sub(_covered, text)


def _covered(match: re.Match[str]) -> str:
    quote = match["quote"] or ""
    return f"{next(group for group in match.groups() if group)}{quote}***{quote}"


def redacted(value: Any) -> Any:
    """Return `value` with all texts in it redacted, and without what stands in a field named like a secret."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {
                redact(str(key)): "***" if _holds_secret(str(key), inner) else redacted(inner)
                for key, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [redacted(inner) for inner in value]
        case _:
            return redact(str(value))


def _holds_secret(name: str, value: object) -> bool:
    return not isinstance(value, int | float | None) and _secret_name().search(name) is not None


@cache
def _secret() -> re.Pattern[str]:
    return re.compile(_SECRET)


@cache
def _secret_name() -> re.Pattern[str]:
    return re.compile(_NAME, re.IGNORECASE)


def share(**fields: Any) -> None:
    """Let every line from here on have these fields, and none of those that were shared before."""
    global _shared  # noqa: PLW0603 - there is one log
    _shared = fields
    if logger.cache_info().currsize:
        logger().structure_logs(**fields)


@cache
def logger() -> "Logger":
    """Return the function's logger; service name and level come from powertools' own environment variables.

    Which invocation a line belongs to, `pickvs.core.invocations` says.
    """
    from pickvs.core.log_lines import new_logger

    made = new_logger(stage=settings().stage)
    if _shared:
        made.structure_logs(**_shared)
    return made
