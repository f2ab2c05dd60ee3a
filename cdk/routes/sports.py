"""Sports, teams, games and their odds."""

from cdk.routes.model import READS, Auth, Database, Endpoint, Scope, Wing
from cdk.settings.odds_api import OddsApi
from cdk.settings.pick_rules import PickRules

WING = Wing(
    name="sports",
    segments=("sports",),
    endpoints=(
        Endpoint(
            name="list_upcoming_games",
            database=Database.READER,
            gradual=True,
            method="GET",
            path="/games/upcoming",
            auth=Auth.USER,
            scopes=(Scope.PICKS_READ, Scope.PICKS_WRITE),
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="list_games",
            database=Database.READER,
            gradual=True,
            method="GET",
            path="/games",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="get_game",
            database=Database.READER,
            gradual=True,
            method="GET",
            path="/games/{game_id}",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="get_line_history",
            database=Database.READER,
            method="GET",
            path="/games/{game_id}/odds",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="list_sports",
            database=Database.NONE,
            method="GET",
            path="/sports",
            auth=Auth.PUBLIC,
            throttle=READS,
            settings=(OddsApi,),
        ),
        Endpoint(
            name="list_teams",
            database=Database.READER,
            method="GET",
            path="/teams",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="get_team",
            database=Database.READER,
            method="GET",
            path="/teams/{team_id}",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
    ),
)
