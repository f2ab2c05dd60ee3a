"""Tables of the HTTP API, one module per wing. Functions, roles, routes and throttles are made from them."""

from cdk.routes import accounts, dfs, fantasy_leagues, fantasy_races, operations, picks, predictions, sports
from cdk.routes.model import Endpoint, Wing

WINGS: tuple[Wing, ...] = (
    accounts.WING,
    sports.WING,
    picks.WING,
    predictions.WING,
    fantasy_leagues.WING,
    fantasy_races.WING,
    dfs.WING,
    operations.WING,
)
"""All wings, in the order of the API document."""

ENDPOINTS: tuple[Endpoint, ...] = tuple(endpoint for wing in WINGS for endpoint in wing.endpoints)
"""All operations of the HTTP API."""

WING_OF: dict[str, str] = {endpoint.name: wing.name for wing in WINGS for endpoint in wing.endpoints}
"""Name of each operation's wing, by the operation's name."""
