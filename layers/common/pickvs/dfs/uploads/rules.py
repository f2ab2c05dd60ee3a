"""What an upload may be. Pure."""

from typing import Literal

type UploadKind = Literal["dk_salaries", "fd_players", "projections", "dk_entries", "fd_entries", "dk_standings"]
"""What a file is: a site's list of players, projections, a site's file of entries, or a contest's standings."""

LARGE: frozenset[UploadKind] = frozenset({"dk_standings"})
"""Kinds that may be too large for the body of a request. A client sends them to a signed address."""

LONGEST_ALIAS = 120
"""Characters of a spelling, as names are compared: one sign of Arabic may stand for 18 letters."""

MOST_UPLOADS = 2_000
"""Files of a user. A further one is refused: each is deleted when the account is."""


def most_bytes(kind: UploadKind) -> int:
    """Return the size of the largest file of a kind, in bytes."""
    return 25_000_000 if kind in LARGE else 2_000_000
