"""Redaction of secrets in texts and structured values.

Recognizes a secret by its value (everything that `pickvs.core.secrets` has read), by the name of its field, and by its
format.
"""

import re
from functools import cache
from typing import Any
from urllib.parse import quote_plus

_NAME = r"(?:passw(?:or)?d|passphrase|secret|token|api_?key|(?:signing|current|previous)_key|authorization)"
# The bounds and lookbehinds keep matching linear in the length of any text.
_SECRET = rf"""(?isx)
      ( {_NAME} \w{{0,20}} \\{{0,4}} ["']? \s{{0,4}} [=:] \s{{0,4}} )  # apiKey=…  "password": "…"  {{\"token\": \"…\"}}
      (?: (?P<quote> \\{{0,4}} ["'] ) (?: (?!(?P=quote)) (?: \\. | . ) )* (?: (?P=quote) | \Z )
        | (?: (?:Bearer|Basic) \s+ )? [^&\s"',;}}\\]+ )
    | ( postgres (?:ql)? :// [^:/\s]{{0,100}} : ) [^\s"']{{1,200}} (?=@)  # postgresql://user:…@host
    | ( \b Bearer \s{{1,4}} ) [\w.~+/=-]+
    | ( (?<![\w-]) eyJ ) [\w-]{{5,}} \. [\w-]+ \. [\w-]*  # a JSON Web Token
    | ( pvk_ ) [\w-]{{16,}}  # an API key; its visible prefix of 12 characters is too short to match
    | ( whsec_ ) [\w+/=-]{{16,}}  # the secret of a webhook
    | ( \$argon2 ) [\w$,=+/-]+
    | ( Failing [ ]row [ ]contains [ ]\( ) [^\n]{{1,2000}}  # what PostgreSQL's errors quote of a row
    | ( \b Key [ ]\( [^=\n]{{1,100}} \)=\( ) [^\n]{{1,500}}
    """
_SHORTEST_HIDDEN = 8

_hidden: set[str] = set()


def hide(value: str) -> None:
    """Redact `value` and its URL-encoded form from now on. Ignores short values, which would match ordinary words."""
    if len(value) >= _SHORTEST_HIDDEN:
        _hidden.update((value, quote_plus(value)))


def redact(text: str) -> str:
    """Return `text` with keys, passwords, tokens and the passwords in connection strings replaced by `***`."""
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, "***")
    return _secret().sub(_covered, text)


def _covered(match: re.Match[str]) -> str:
    quote = match["quote"] or ""
    return f"{next(group for group in match.groups() if group)}{quote}***{quote}"


def redacted(value: Any) -> Any:
    """Return `value` with all texts redacted, and with `***` in place of every field whose name indicates a secret."""
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
