"""POST /dfs/uploads: upload a file of a site, or projections."""

from datetime import datetime
from typing import Annotated, Literal

from pickvs.dfs.uploads import service
from pickvs.dfs.uploads.rules import UploadKind
from pickvs.dfs.uploads.schemas import UploadReport
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import File, Query

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["SLATE_NOT_FOUND", "FILE_NOT_SENT"],
        409: ["WRONG_SLATE", "TOO_MANY_SETS", "TOO_MANY_UPLOADS"],
        422: ["HEADER_NOT_FOUND", "COLUMN_MISSING", "TOO_MANY_ROWS", "TOO_LARGE", "FORMAT_UNKNOWN", "SLATE_INVALID"],
    },
)


@app.post("/dfs/uploads", status_code=201)
def create_upload(
    caller: Caller,
    kind: Annotated[UploadKind, Query(description="What the file is.")],
    file: Annotated[bytes | None, File(media_type="text/csv", most_bytes=2_000_000)] = None,
    slate_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Needed for projections.")] = None,
    starts_at: Annotated[datetime | None, Query(description="First game, if the file does not say it.")] = None,
    strict: Annotated[Literal["true", "false"], Query(description="Whether one wrong row leaves out all.")] = "false",
    key: Annotated[str | None, Query(max_length=64, description="Names a file that was sent to an address.")] = None,
) -> UploadReport:
    """Read a file and say of each row that is wrong where and why. The others are taken; a near name never is."""
    return service.upload(
        service.By(caller.user_id, caller.session, caller.api_key_id),
        kind,
        content=file,
        key=key,
        slate_id=slate_id,
        starts_at=starts_at,
        is_strict=strict == "true",
    )
