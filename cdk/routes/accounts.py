"""Accounts, sessions, profiles and API keys."""

from cdk.routes.model import ONE_CPU_MB, READS, Auth, Endpoint, Throttle, Wing
from cdk.secret_names import SecretName
from cdk.settings.pick_rules import PickRules
from cdk.settings.sign_in import SignInLimits

_ISSUES_TOKENS = (SecretName.DATABASE, SecretName.SIGNING_KEYS)

WING = Wing(
    name="accounts",
    segments=("auth", "api-keys"),
    endpoints=(
        Endpoint(
            name="register",
            gradual=True,
            method="POST",
            path="/auth/register",
            auth=Auth.PUBLIC,
            throttle=Throttle(rate=5, burst=10),
            secrets=_ISSUES_TOKENS,
            settings=(SignInLimits,),
            snap_start=True,
            memory_mb=ONE_CPU_MB,
        ),
        Endpoint(
            name="login",
            gradual=True,
            method="POST",
            path="/auth/login",
            auth=Auth.PUBLIC,
            throttle=Throttle(rate=10, burst=20),
            secrets=_ISSUES_TOKENS,
            settings=(SignInLimits,),
            snap_start=True,
            memory_mb=ONE_CPU_MB,
        ),
        Endpoint(
            name="refresh",
            gradual=True,
            method="POST",
            path="/auth/refresh",
            auth=Auth.PUBLIC,
            throttle=Throttle(rate=20, burst=40),
            secrets=_ISSUES_TOKENS,
            settings=(SignInLimits,),
        ),
        Endpoint(
            name="logout", method="POST", path="/auth/logout", auth=Auth.USER, throttle=Throttle(rate=20, burst=40)
        ),
        Endpoint(name="get_me", gradual=True, method="GET", path="/users/me", auth=Auth.USER, throttle=READS),
        Endpoint(
            name="delete_me",
            method="DELETE",
            path="/users/me",
            auth=Auth.USER,
            throttle=Throttle(rate=5, burst=10),
            settings=(SignInLimits,),
            memory_mb=ONE_CPU_MB,
        ),
        Endpoint(
            name="export_me", method="GET", path="/users/me/export", auth=Auth.USER, throttle=Throttle(rate=5, burst=10)
        ),
        Endpoint(
            name="export_my_picks_csv",
            method="GET",
            path="/users/me/picks.csv",
            auth=Auth.USER,
            throttle=Throttle(rate=5, burst=10),
        ),
        Endpoint(
            name="get_profile",
            gradual=True,
            method="GET",
            path="/users/{username}",
            auth=Auth.PUBLIC,
            throttle=READS,
            settings=(PickRules,),
        ),
        Endpoint(
            name="create_api_key", method="POST", path="/api-keys", auth=Auth.USER, throttle=Throttle(rate=10, burst=20)
        ),
        Endpoint(name="list_api_keys", method="GET", path="/api-keys", auth=Auth.USER, throttle=READS),
        Endpoint(name="get_api_key", method="GET", path="/api-keys/{key_id}", auth=Auth.USER, throttle=READS),
        Endpoint(
            name="revoke_api_key",
            method="DELETE",
            path="/api-keys/{key_id}",
            auth=Auth.USER,
            throttle=Throttle(rate=10, burst=20),
        ),
    ),
)
