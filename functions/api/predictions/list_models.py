"""GET /models: list the models, and the version of each that forecasts."""

from pickvs.http.app import create_app
from pickvs.predictions.registry import showing
from pickvs.predictions.registry.schemas import Models

app = create_app(max_age=300)


@app.get("/models")
def list_models() -> Models:
    """Return all models by name, each with its champion: figures, gate, and what it was made of."""
    return showing.list_models()
