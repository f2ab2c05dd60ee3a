"""Names of leagues and constructors: how they are written, and which are the same. Pure."""

import re
import unicodedata

from pickvs.fantasy.leagues.rules import NAME_LENGTHS

TEAM_NAME_LENGTHS = range(3, 41)

TEAM_NAME_WORDS = "must have 3 to 40 characters, without control or invisible characters"
"""The format in words, for errors."""

LEAGUE_NAME_WORDS = "must have 3 to 60 characters, without control or invisible characters"

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
"""Unicode categories that may hide or turn what is read: control, format (bidi, zero width), private, unassigned."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800")
"""Letters, marks and symbols that show nothing, after NFKC: joiners, fillers, implied vowels, a blank."""

_VARIATIONS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Selectors of how a character is drawn, such as an emoji in colour. They are left out: names must differ otherwise."""


SEPARATORS = re.compile(r"[ !-/:-@\[-`{-~]+")
"""What stands between the words of a name: spaces and ASCII punctuation. Of the index that finds leagues, too."""


class BadName(ValueError):
    """A name has the wrong length, or characters that cannot be seen."""


def team_name(text: str) -> str:
    """Return a constructor's name as it is stored: NFKC, with single spaces. Raises BadName."""
    return _written(text, TEAM_NAME_LENGTHS, TEAM_NAME_WORDS)


def league_name(text: str) -> str:
    """Return a league's name as it is stored: NFKC, with single spaces. Raises BadName."""
    return _written(text, NAME_LENGTHS, LEAGUE_NAME_WORDS)


def name_key(name: str) -> str:
    """Return what must be unique: the name without regard to case and spaces."""
    return unicodedata.normalize("NFKC", name.casefold()).replace(" ", "")


def beginnings(text: str) -> str:
    """Return a tsquery for names in which every word of a text begins some word. Empty if there is no word in it."""
    words = filter(None, SEPARATORS.split(" ".join(unicodedata.normalize("NFKC", text).split())))
    return " & ".join(f"'{word}':*" for word in words)


def _written(text: str, lengths: range, words: str) -> str:
    # Four times the length is enough for any name that NFKC shortens, and bounds the work for one of 10,000 characters.
    if len(text) > 4 * lengths.stop:
        raise BadName(words)
    plain = unicodedata.normalize("NFKC", text).translate(_VARIATIONS)
    name = " ".join(plain.split())
    if len(name) not in lengths or any(map(_is_unseen, plain)):
        raise BadName(words)
    return name


def _is_unseen(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in _UNSEEN
