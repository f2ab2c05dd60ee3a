"""Structured JSON logs, one line an event, with everything secret taken out.

Redaction stands at the last step, where the line is made: message, extra fields, persistent keys, exception text and
stack trace all pass it. It knows secrets by value (whatever `pickvs.core.secrets` has read), by the name of the field
they stand in, and by their shape.
"""

import logging
import re
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.logging.types import LogRecord

from pickvs.core.config import settings

_NAME = r"(?:passw(?:or)?d|passphrase|secret|token|api_?key|(?:signing|current|previous)_key|authorization)"
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)
# The bounds and lookbehinds keep the time linear in the text, whatever the text is.
_SECRET = re.compile(
    rf"""(?isx)
      ( {_NAME} \w{{0,20}} \\{{0,4}} ["']? \s{{0,4}} [=:] \s{{0,4}} )  # apiKey=…  "password": "…"  {{\"token\": \"…\"}}
      (?: (?P<quote> \\{{0,4}} ["'] ) (?: (?!(?P=quote)) (?: \\. | . ) )* (?: (?P=quote) | \Z )
        | (?: (?:Bearer|Basic) \s+ )? [^&\s"',;}}\\]+ )
    | ( postgres (?:ql)? :// [^:/\s]{{0,100}} : ) [^\s"']{{1,200}} (?=@)  # postgresql://user:…@host
    | ( \b Bearer \s{{1,4}} ) [\w.~+/=-]+
    | ( (?<![\w-]) eyJ ) [\w-]{{5,}} \. [\w-]+ \. [\w-]*  # a JSON Web Token
    | ( pvk_ ) [\w-]{{16,}}  # an API key; the 12 characters of it that may be seen are fewer
    | ( \$argon2 ) [\w$,=+/-]+
    """
)
_SHORTEST_HIDDEN = 8

_hidden: set[str] = set()


def hide(value: str) -> None:
    """Keep `value`, and its form in a URL, out of every later log line. Too short a value would hide ordinary words."""
    if len(value) >= _SHORTEST_HIDDEN:
        _hidden.update((value, quote_plus(value)))


def redact(text: str) -> str:
    """Return `text` with the values of keys, passwords, tokens and connection strings replaced by `***`."""
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, "***")
    return _SECRET.sub(_covered, text)


def _covered(match: re.Match[str]) -> str:
    quote = match["quote"] or ""
    return f"{next(group for group in match.groups() if group)}{quote}***{quote}"


class _RedactingFormatter(LambdaPowertoolsFormatter):
    def serialize(self, log: LogRecord) -> str:
        return super().serialize(_redacted(log))


def _redacted(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {
                redact(str(key)): "***" if _holds_secret(str(key), inner) else _redacted(inner)
                for key, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_redacted(inner) for inner in value]
        case _:
            return redact(str(value))


def _holds_secret(name: str, value: object) -> bool:
    return not isinstance(value, int | float | None) and _SECRET_NAME.search(name) is not None


@cache
def logger() -> Logger:
    """Return the function's logger; service name and level come from powertools' own environment variables.

    Which invocation a line belongs to, `pickvs.core.invocations` says.
    """
    made = Logger(logger_formatter=_RedactingFormatter(utc=True, use_rfc3339=True), stage=settings().stage)
    # Two write whole addresses, with the key in them, at DEBUG and WARNING; psycopg warns, with host and user, of a
    # rollback that fails after an error, which we report.
    for noisy in ("urllib3", "botocore", "psycopg"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return made
