"""GET /dfs/uploads/{upload_id}: get the report of an upload."""

from pickvs.dfs.uploads import service
from pickvs.dfs.uploads.schemas import UploadReport
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["UPLOAD_NOT_FOUND"]})


@app.get("/dfs/uploads/<upload_id>")
def get_upload(upload_id: Identifier, caller: Caller) -> UploadReport:
    """Return what became of a file of the caller's."""
    return service.get_upload(caller.user_id, upload_id)
