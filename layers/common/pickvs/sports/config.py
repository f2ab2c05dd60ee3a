"""Settings of the sports room."""

from pickvs.core.config import names, settings
from pickvs.core.errors import ConfigurationError
from pickvs.sports.rules import SPORTS, Sport


def fetched_sports() -> list[Sport]:
    """Return the sports whose odds and scores this stage fetches, by key.

    Raises ConfigurationError if the setting is missing or names a sport that is not covered.
    """
    chosen = settings().require("ODDS_API_SPORTS", names)
    if unknown := sorted(set(chosen) - SPORTS.keys()):
        raise ConfigurationError(f"{', '.join(unknown)} is not a covered sport")
    return [SPORTS[key] for key in sorted(set(chosen))]
