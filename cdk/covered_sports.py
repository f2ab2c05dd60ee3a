"""The sports that a stage can fetch, and the markets that are requested of each.

The functions read the same table, `layers/common/pickvs/sports/sports.json`.
"""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from cdk.errors import DeploymentError

_FILE = Path(__file__).parents[1] / "layers" / "common" / "pickvs" / "sports" / "sports.json"

MARKETS: Mapping[str, int] = MappingProxyType(
    {sport["key"]: len(sport["markets"]) for sport in json.loads(_FILE.read_text("utf-8"))}
)
"""Number of markets that are requested of each sport, by the provider's key."""


def check_sports(chosen: Sequence[str]) -> None:
    """Reject a choice of sports that names none, one twice, or one that is not covered. Raises DeploymentError."""
    if not chosen:
        raise DeploymentError("odds_api.sports is empty, so nothing would be fetched")
    for key in chosen:
        if key not in MARKETS:
            raise DeploymentError(f"odds_api.sports: {key!r} is not a covered sport; {_meant(key)}")
        if chosen.count(key) > 1:
            raise DeploymentError(f"odds_api.sports: {key} is there twice")


def _meant(key: str) -> str:
    last_words = {each.rpartition("_")[2]: each for each in MARKETS}
    near = get_close_matches(key, MARKETS, n=3) or [
        last_words[each] for each in get_close_matches(key.rpartition("_")[2].lower(), last_words, n=3)
    ]
    return f"did you mean {' or '.join(near)}?" if near else f"they are in {_FILE.name}"
