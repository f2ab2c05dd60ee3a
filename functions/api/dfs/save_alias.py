"""PUT /dfs/aliases: save how your files write a player's name."""

from pickvs.dfs.uploads import service
from pickvs.dfs.uploads.requests import WantedAlias
from pickvs.dfs.uploads.schemas import Alias
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(scopes=["dfs:write"], problems={404: ["SLATE_NOT_FOUND"], 409: ["ALIAS_TAKEN"]})


@app.put("/dfs/aliases")
def save_alias(wanted: WantedAlias, caller: Caller) -> Alias:
    """Save a spelling of a player's name. Files that are uploaded later may use it, for any slate of the sport."""
    return service.save_alias(service.By(caller.user_id, caller.session, caller.api_key_id), wanted)
