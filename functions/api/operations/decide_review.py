"""POST /admin/reviews/{review_id}/decide: answer a question about a race."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import ReviewDecision
from pickvs.operations.administration.races.schemas import RaceChanges

app = create_app(
    role="admin",
    problems={
        404: ["REVIEW_NOT_FOUND", "DRIVER_NOT_FOUND", "DRIVER_NOT_ENTERED"],
        409: ["REVIEW_CLOSED", "NOTHING_TO_DECIDE", "RACE_VOID", "RESULT_FROZEN", "RESULT_VOID"],
        422: ["CHOICE_UNKNOWN"],
    },
)


@app.post("/admin/reviews/<review_id>/decide")
def decide_review(review_id: Identifier, order: ReviewDecision, caller: Caller) -> RaceChanges:
    """Say which of the answers holds. A dry run returns what would change."""
    return service.decide_review(caller.user_id, caller.session, review_id, order)
