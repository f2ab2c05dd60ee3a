"""GET /drafts/{draft_id}: get a draft as it is now, and what has happened in it."""

from typing import Annotated

from pickvs.fantasy.race_drafts import showing
from pickvs.fantasy.race_drafts.schemas import RaceDraftRoom
from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Query
from pickvs.http.versions import KnownVersions, versioned_answer

app = create_app(scopes=["drafts:read"], problems={404: ["DRAFT_NOT_FOUND"]}, versioned=True)


@app.get("/drafts/<draft_id>")
def get_draft(
    draft_id: Identifier,
    caller: Caller,
    known: KnownVersions,
    since: Annotated[int | None, Query(ge=0, lt=2**31, description="Version whose following acts are wanted.")] = None,
) -> Answer[RaceDraftRoom]:
    """Return slots, picks, turn and times, with the acts after version `since`. Nobody's queue is among them.

    Ask again after `poll_after_seconds`. Whoever has the current version gets 304.
    """
    return versioned_answer(showing.show_room(caller.user_id, draft_id, since=since, known=known))
