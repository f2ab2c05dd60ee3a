"""Documentation page: Powertools' copy of Swagger UI in one self-contained HTML document."""

import base64
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pickvs.http.answers import Answer

CONTENT_TYPE = "text/html"

HTML = {"description": "The page.", "content": {CONTENT_TYPE: {"schema": {"type": "string"}}}}
"""OpenAPI description of the HTML response."""

_START = """
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  filter: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout"
});
"""
"""Script that starts Swagger UI. The document's URL is relative, so it works on every domain. The validator is off,
because it would send the document to a third-party host."""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PickVs API</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="page">Loading …</div>
<script>{library}</script>
<script>{start}</script>
</body>
</html>
"""


def docs_page() -> Answer[str]:
    """Return the page, with a policy that allows only the page's own scripts and requests to the same origin."""
    html, policy = _page()
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return Answer(200, f"{CONTENT_TYPE}; charset=utf-8", html, headers)


@cache
def _page() -> tuple[str, str]:
    """Return the page and its Content-Security-Policy."""
    library = _asset("swagger-ui-bundle.min.js")
    html = _PAGE.format(style=_asset("swagger-ui.min.css"), library=library, start=_START)
    policy = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "img-src": "data:",  # the icons in the style sheet
        "script-src": f"{_source_of(library)} {_source_of(_START)}",
        "style-src": "'unsafe-inline'",  # Swagger UI sets styles on elements
    }
    return html, "; ".join(f"{name} {sources}" for name, sources in policy.items())


def _asset(name: str) -> str:
    powertools = find_spec("aws_lambda_powertools")  # located without importing it: only two files are needed
    if powertools is None or powertools.origin is None:
        raise ModuleNotFoundError("aws_lambda_powertools")
    folder = Path(powertools.origin).parent / "event_handler" / "openapi" / "swagger_ui"
    return (folder / name).read_text(encoding="utf-8")


def _source_of(script: str) -> str:
    """Return the source expression of an inline script: the hash of its text (CSP Level 3, 8.3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
