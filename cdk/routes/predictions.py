"""Models and their forecasts."""

from cdk.routes.model import READS, Auth, Database, Endpoint, Wing

WING = Wing(
    name="predictions",
    segments=("models", "predictions", "ratings"),
    endpoints=(
        Endpoint(
            name="list_models",
            database=Database.READER,
            method="GET",
            path="/models",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
        Endpoint(
            name="get_model",
            database=Database.READER,
            method="GET",
            path="/models/{name}",
            auth=Auth.PUBLIC,
            throttle=READS,
        ),
    ),
)
