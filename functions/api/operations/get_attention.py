"""GET /admin/attention: list everything that needs a person, with what to do."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.operations.administration.attention import service
from pickvs.operations.administration.attention.schemas import Attention

app = create_app(role="admin")


@app.get("/admin/attention")
def get_attention(caller: Caller) -> Attention:
    """Return what needs a person by kinds, the most urgent first. Without troubles, nothing does."""
    return service.attention(caller.user_id)
