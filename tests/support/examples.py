"""How many examples property tests try: fewer in each run of the suite, as many as one likes for a search."""

import os

USUAL = 50
EXAMPLES = int(os.environ.get("PICKVS_EXAMPLES", USUAL))
"""Examples of a property test that says no number itself."""


def examples(usual: int) -> int:
    """Return the examples of a test that usually tries `usual`: more or fewer in proportion to PICKVS_EXAMPLES."""
    return max(1, usual * EXAMPLES // USUAL)
