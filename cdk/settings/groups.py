from dataclasses import dataclass

from cdk.settings.rates import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimits:
    """Rate limits of private groups."""

    joins_per_user: Rate = Rate(30, 3600)
    """Attempts of a user to join a group by a code, successful or not."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the limits to a function."""
        return {"GROUP_JOINS_PER_USER": str(self.joins_per_user)}
