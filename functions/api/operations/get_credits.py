"""GET /admin/credits: show the provider's credits of the month, tonight's plan, and what was given up."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.operations.administration.credits import service
from pickvs.operations.administration.credits.schemas import CreditsReport

app = create_app(role="admin")


@app.get("/admin/credits")
def get_credits(caller: Caller) -> CreditsReport:
    """Return what is left of the month's credits, what it is set aside for, and the forecast."""
    return service.show_credits(caller.user_id)
