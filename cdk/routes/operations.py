"""Administration, the API document and health."""

from cdk.routes.model import READS, WRITES, Auth, Database, Endpoint, Wing
from cdk.settings.game_clock import GameClock
from cdk.settings.odds_api import OddsApi
from cdk.settings.pick_rules import PickRules
from cdk.settings.stats_sources import StatsSources

WING = Wing(
    name="operations",
    segments=("openapi.json", "docs", "health"),
    endpoints=(
        *(
            Endpoint(
                name=name,
                database=Database.WRITER,
                method=method,
                path=f"/admin/games/{{game_id}}/{act}",
                auth=Auth.ADMIN,
                throttle=WRITES,
                settings=(GameClock,),
                wakes=("deliver_notices",),
                sets_alarms_of=("fetch_odds", "process_results"),
            )
            for name, method, act in (
                ("set_game_result", "PUT", "result"),
                ("void_game", "POST", "void"),
                ("reopen_game", "POST", "reopen"),
                ("regrade_game", "POST", "regrade"),
                ("set_game_start", "PUT", "start"),
                ("merge_games", "POST", "merge"),
                ("unmerge_games", "POST", "unmerge"),
            )
        ),
        Endpoint(
            name="add_team_alias",
            database=Database.WRITER,
            method="POST",
            path="/admin/teams/{team_id}/aliases",
            auth=Auth.ADMIN,
            throttle=WRITES,
        ),
        Endpoint(
            name="list_reviews",
            database=Database.READER,
            method="GET",
            path="/admin/reviews",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        Endpoint(
            name="list_ingestion_runs",
            database=Database.READER,
            method="GET",
            path="/admin/ingestion-runs",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        Endpoint(
            name="list_anomalies",
            database=Database.READER,
            method="GET",
            path="/admin/data-quality",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        Endpoint(
            name="resolve_anomaly",
            database=Database.WRITER,
            method="POST",
            path="/admin/anomalies/{anomaly_id}/resolution",
            auth=Auth.ADMIN,
            throttle=WRITES,
        ),
        Endpoint(
            name="order_backfill",
            database=Database.WRITER,
            method="POST",
            path="/admin/backfills",
            auth=Auth.ADMIN,
            throttle=WRITES,
            settings=(StatsSources,),
            sets_alarms_of=("ingest_stats",),
        ),
        Endpoint(
            name="get_attention",
            database=Database.READER,
            method="GET",
            path="/admin/attention",
            auth=Auth.ADMIN,
            throttle=READS,
            settings=(OddsApi, PickRules),
        ),
        Endpoint(
            name="get_credits",
            database=Database.READER,
            method="GET",
            path="/admin/credits",
            auth=Auth.ADMIN,
            throttle=READS,
            settings=(OddsApi,),
        ),
        Endpoint(
            name="list_audit_log",
            database=Database.READER,
            method="GET",
            path="/admin/audit-log",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        Endpoint(
            name="order_training",
            database=Database.WRITER,
            method="POST",
            path="/admin/training-runs",
            auth=Auth.ADMIN,
            throttle=WRITES,
            wakes=("train",),
        ),
        Endpoint(
            name="list_training_runs",
            database=Database.READER,
            method="GET",
            path="/admin/training-runs",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        Endpoint(
            name="get_training_run",
            database=Database.READER,
            method="GET",
            path="/admin/training-runs/{run_id}",
            auth=Auth.ADMIN,
            throttle=READS,
        ),
        *(
            Endpoint(
                name=name,
                database=Database.WRITER,
                method="POST",
                path=f"/admin/models/{{name}}/{act}",
                auth=Auth.ADMIN,
                throttle=WRITES,
            )
            for name, act in (("promote_model", "promotions"), ("roll_back_model", "rollback"))
        ),
        Endpoint(
            name="get_openapi",
            database=Database.NONE,
            files=("openapi.json",),
            method="GET",
            path="/openapi.json",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(name="get_docs", database=Database.NONE, method="GET", path="/docs", auth=Auth.PUBLIC, throttle=READS),
        Endpoint(
            name="get_health",
            database=Database.READER,
            method="GET",
            path="/health",
            auth=Auth.PUBLIC,
            throttle=READS,
            settings=(OddsApi,),
        ),
    ),
)
