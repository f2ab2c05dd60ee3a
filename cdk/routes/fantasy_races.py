"""What fantasy leagues play on: races, drivers, results and scoring tables, and their administration."""

from cdk.routes.model import Wing

WING = Wing(
    name="fantasy_races",
    segments=("races", "drivers", "scoring-tables"),
    endpoints=(),
)
