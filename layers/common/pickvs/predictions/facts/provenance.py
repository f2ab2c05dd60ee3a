"""Which code something was made by."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_PREDICTIONS = Path(__file__).parents[1]
STATES = ("facts", "games", "leagues", "players", "ratings")
"""Rooms whose code changes what the states of models hold."""


@cache
def code_sha256(rooms: tuple[str, ...]) -> str:
    """Return the SHA-256, in hexadecimal, of the code and tables of rooms of the predictions, by path."""
    digest = sha256()
    for room in rooms:
        for path in sorted((_PREDICTIONS / room).rglob("*")):
            if path.suffix in {".py", ".json"}:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(_PREDICTIONS).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()
