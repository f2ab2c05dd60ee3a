"""GET /models/{name}: get a model with its versions and promotions."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Path
from pickvs.predictions.registry import showing
from pickvs.predictions.registry.rules import NAME_MAX, NAME_PATTERN, NAME_WORDS
from pickvs.predictions.registry.schemas import ModelDetails

app = create_app(problems={404: ["MODEL_NOT_FOUND"]}, max_age=300)

ModelName = Annotated[str, Path(min_length=3, max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS)]


@app.get("/models/<name>")
def get_model(name: ModelName, *, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> ModelDetails:
    """Return a model with one page of its versions, the latest first, and the latest promotions."""
    return showing.show_model(name, limit=limit, cursor=cursor)
