"""GET /docs: a page to read about the API and to try it."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.docs_page import HTML, docs_page

app = create_app(max_age=300)


@app.get("/docs", responses={200: HTML})
def get_docs() -> Answer[str]:
    """Return Swagger UI on GET /openapi.json. Nothing of it comes from another host."""
    return docs_page()
