"""Picks, the ledger and the boards."""

from cdk.routes.model import READS, Auth, Database, Endpoint, Scope, Throttle, Wing
from cdk.settings.pick_rules import PickRules
from cdk.settings.sign_in import UserLimits

WING = Wing(
    name="picks",
    segments=("picks", "leaderboard"),
    endpoints=(
        Endpoint(
            name="create_picks",
            database=Database.WRITER,
            gradual=True,
            method="POST",
            path="/picks",
            auth=Auth.USER,
            scopes=(Scope.PICKS_WRITE,),
            throttle=Throttle(rate=20, burst=40),
            settings=(PickRules, UserLimits),
        ),
        Endpoint(
            name="list_my_picks",
            database=Database.READER,
            gradual=True,
            method="GET",
            path="/picks/me",
            auth=Auth.USER,
            scopes=(Scope.PICKS_READ,),
            throttle=READS,
        ),
        Endpoint(
            name="list_public_picks",
            database=Database.READER,
            method="GET",
            path="/picks/public",
            auth=Auth.PUBLIC,
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="list_public_picks_csv",
            database=Database.READER,
            method="GET",
            path="/picks/public.csv",
            auth=Auth.PUBLIC,
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="get_pick",
            database=Database.READER,
            method="GET",
            path="/picks/{pick_id}",
            auth=Auth.USER,
            scopes=(Scope.PICKS_READ,),
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="explain_pick",
            database=Database.READER,
            method="GET",
            path="/picks/{pick_id}/explanation",
            auth=Auth.USER,
            scopes=(Scope.PICKS_READ,),
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="get_leaderboard",
            database=Database.READER,
            gradual=True,
            method="GET",
            path="/leaderboard",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="get_my_standing",
            database=Database.READER,
            method="GET",
            path="/leaderboard/me",
            auth=Auth.USER,
            scopes=(Scope.PICKS_READ,),
            throttle=READS,
        ),
    ),
)
