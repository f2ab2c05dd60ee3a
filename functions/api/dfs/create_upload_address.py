"""POST /dfs/uploads/url: get an address for a large file."""

from pickvs.dfs.uploads import service
from pickvs.dfs.uploads.requests import WantedAddress
from pickvs.dfs.uploads.schemas import UploadAddress
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(scopes=["dfs:write"])


@app.post("/dfs/uploads/url", status_code=201)
def create_upload_address(wanted: WantedAddress, caller: Caller) -> UploadAddress:
    """Return an address to which the file can be sent with PUT. Then name it in POST /dfs/uploads."""
    return service.sign_address(service.By(caller.user_id, caller.session, caller.api_key_id), wanted)
