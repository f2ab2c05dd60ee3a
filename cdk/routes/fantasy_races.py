"""What fantasy leagues play on: races, drivers, results and scoring tables, and their administration."""

from cdk.routes.model import READS, WRITES, Auth, Database, Endpoint, Wing
from cdk.settings.fantasy import LeagueLimits


def _public(name: str, path: str) -> Endpoint:
    return Endpoint(name=name, database=Database.READER, method="GET", path=path, auth=Auth.PUBLIC, throttle=READS)


def _by_hand(name: str, method: str, path: str) -> Endpoint:
    return Endpoint(
        name=name,
        database=Database.WRITER,
        method=method,
        path=path,
        auth=Auth.ADMIN,
        throttle=WRITES,
        wakes=("deliver_notices",),
        sets_alarms_of=("tick_drafts",),
    )


WING = Wing(
    name="fantasy_races",
    segments=("races", "drivers", "scoring-tables"),
    endpoints=(
        _public("list_races", "/races"),
        _public("get_race", "/races/{race_id}"),
        _public("get_race_results", "/races/{race_id}/results"),
        _public("get_race_points", "/races/{race_id}/points"),
        _public("list_drivers", "/drivers"),
        _public("list_driver_rankings", "/drivers/rankings"),
        _public("get_driver", "/drivers/{driver_id}"),
        _public("list_scoring_tables", "/scoring-tables"),
        _public("get_scoring_table", "/scoring-tables/{table_id}"),
        Endpoint(
            name="create_scoring_table",
            database=Database.WRITER,
            method="POST",
            path="/scoring-tables",
            auth=Auth.USER,
            throttle=WRITES,
            settings=(LeagueLimits,),
        ),
        Endpoint(
            name="check_scoring_table",
            database=Database.READER,
            method="POST",
            path="/scoring-tables/check",
            auth=Auth.USER,
            throttle=WRITES,
        ),
        _by_hand("set_race_result", "PUT", "/admin/races/{race_id}/results"),
        _by_hand("cancel_race", "POST", "/admin/races/{race_id}/cancel"),
        _by_hand("reopen_race", "POST", "/admin/races/{race_id}/reopen"),
        _by_hand("substitute_driver", "POST", "/admin/races/{race_id}/substitutions"),
        Endpoint(
            name="rescore_league",
            database=Database.WRITER,
            method="POST",
            path="/admin/leagues/{league_id}/rescore",
            auth=Auth.ADMIN,
            throttle=WRITES,
        ),
    ),
)
