"""What a warm process still has of artefacts that it has read or stored, so that its next run need not read them.

An artefact is named by the SHA-256 of its content. What was made of a verified one is never out of date.
"""

from collections.abc import Callable


class Remembered[Value]:
    """The values that were made of the latest artefacts, by SHA-256. They must not be changed in place.

    most: number of values that are kept; the one that was not used for longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[str, Value] = {}

    def of(self, sha256: str, make: Callable[[], Value]) -> Value:
        """Return the value of an artefact, which `make` makes if it is not here. What that raises is not kept."""
        value = self._values.pop(sha256) if sha256 in self._values else make()
        self.put(sha256, value)
        return value

    def put(self, sha256: str, value: Value) -> None:
        """Keep the value of an artefact whose content is verified."""
        self._values[sha256] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def forget(self) -> None:
        """Begin as a cold process does."""
        self._values.clear()
