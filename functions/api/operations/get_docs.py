"""GET /docs: get the interactive API documentation."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.docs_page import HTML, docs_page

app = create_app(max_age=300)


@app.get("/docs", responses={200: HTML})
def get_docs() -> Answer[str]:
    """Return Swagger UI for GET /openapi.json. The page loads nothing from other hosts."""
    return docs_page()
