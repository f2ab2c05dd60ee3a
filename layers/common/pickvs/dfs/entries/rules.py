"""What an entry is, slot by slot, and which of its slots may still change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a file. line: physical line of the file.

    cells, players, locked: a place for each slot, in the order of the file. cells: texts as the file has them. players:
    of the slate, None for an open slot.
    """

    line: int
    entry_key: str
    contest_key: str
    contest_name: str
    fee: str
    cells: Sequence[str]
    players: Sequence[int | None]
    locked: Sequence[bool]


def storable(text: str, most: int) -> str:
    """Return a text of a file as the database can hold it. The file itself keeps it as it is."""
    return "".join("\ufffd" if mark == "\0" or "\ud800" <= mark <= "\udfff" else mark for mark in text[:most])


def locked_now(entry: Entry, begun: frozenset[int]) -> tuple[bool, ...]:
    """Return which slots are locked. begun: players whose game has begun since the file was uploaded.

    A slot that was locked stays so. An open slot is not locked.
    """
    return tuple(
        was or (player is not None and player in begun) for player, was in zip(entry.players, entry.locked, strict=True)
    )
