"""Daily fantasy: files that users upload and take away. Part of the table of the wing dfs."""

from cdk.routes.model import ONE_CPU_MB, READS, WRITES, Auth, Database, Endpoint, Scope, Uploads

_READ, _WRITE = (Scope.DFS_READ,), (Scope.DFS_WRITE,)

FILES: tuple[Endpoint, ...] = (
    Endpoint(
        name="create_upload",
        database=Database.WRITER,
        method="POST",
        path="/dfs/uploads",
        auth=Auth.USER,
        scopes=_WRITE,
        throttle=WRITES,
        uploads=(Uploads.KEEP,),
        sets_alarms_of=("fetch_weather",),
        memory_mb=ONE_CPU_MB,  # standings of 200,000 rows take some seconds and 300 MB
    ),
    Endpoint(
        name="create_upload_address",
        database=Database.WRITER,
        method="POST",
        path="/dfs/uploads/url",
        auth=Auth.USER,
        scopes=_WRITE,
        throttle=WRITES,
        uploads=(Uploads.SEND,),
    ),
    Endpoint(
        name="get_upload",
        database=Database.READER,
        method="GET",
        path="/dfs/uploads/{upload_id}",
        auth=Auth.USER,
        scopes=_READ,
        throttle=READS,
    ),
    Endpoint(
        name="save_alias",
        database=Database.WRITER,
        method="PUT",
        path="/dfs/aliases",
        auth=Auth.USER,
        scopes=_WRITE,
        throttle=WRITES,
    ),
    Endpoint(
        name="export_build",
        database=Database.READER,
        method="GET",
        path="/dfs/builds/{build_id}/export",
        auth=Auth.USER,
        scopes=_READ,
        throttle=READS,
        uploads=(Uploads.READ,),
    ),
)
"""The rows of the table."""
