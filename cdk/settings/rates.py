from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Token bucket: `times` at once, refilled over `seconds`."""

    times: int
    seconds: int
    """Window."""

    def __str__(self) -> str:
        """Return the rate as an environment variable states it, such as `10/3600`."""
        return f"{self.times}/{self.seconds}"
