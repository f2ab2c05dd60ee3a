from collections.abc import Mapping
from typing import Protocol


class FunctionSettings(Protocol):
    """Group of settings that functions read from their environment."""

    def environment(self) -> Mapping[str, str]:
        """Return the environment variables that pass the group to a function."""
        ...
