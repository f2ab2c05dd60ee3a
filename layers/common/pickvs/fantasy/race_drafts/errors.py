"""Errors of drafts in the words of motor racing."""

from collections.abc import Iterator
from contextlib import contextmanager

from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound
from pickvs.fantasy.race_drafts.rules import in_our_words, renamed


def unknown_race() -> NotFound:
    """Return the error for a race that is not of the league's season."""
    return NotFound("RACE_NOT_FOUND", "The league's season has no such race.")


@contextmanager
def our_words() -> Iterator[None]:
    """Raise what the block raises for a caller to mend, in the words of motor racing: code, fields and sentences."""
    try:
        yield
    except (Conflict, Invalid, NotFound) as error:
        fields = tuple(FieldError(in_our_words(each.field), in_our_words(each.message)) for each in error.errors)
        raise type(error)(in_our_words(error.code), in_our_words(error.detail), fields, renamed(error.extra)) from None
