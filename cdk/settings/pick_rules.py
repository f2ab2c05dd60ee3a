from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRules:
    """When a game locks, and when a quote is too old for a pick."""

    lock_margin_seconds: int = 0
    """Seconds between the lock of a game and its announced tip-off."""

    max_odds_age_hours: int = 26
    """Hours after which a quote is rejected as stale. Longer than a day, because odds are fetched once a day."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the rules to a function."""
        return {
            "LOCK_MARGIN_SECONDS": str(self.lock_margin_seconds),
            "MAX_ODDS_AGE_HOURS": str(self.max_odds_age_hours),
        }
