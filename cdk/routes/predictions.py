"""Models, their forecasts of games and players, the models' board, and ratings."""

from cdk.routes.model import READS, Auth, Database, Endpoint, Scope, Wing


def _public(name: str, path: str) -> Endpoint:
    return Endpoint(name=name, database=Database.READER, method="GET", path=path, auth=Auth.PUBLIC, throttle=READS)


def _of_players(name: str, path: str) -> Endpoint:
    return Endpoint(
        name=name,
        database=Database.READER,
        method="GET",
        path=path,
        auth=Auth.USER,
        scopes=(Scope.PREDICTIONS_READ,),
        throttle=READS,
    )


WING = Wing(
    name="predictions",
    segments=("models", "predictions", "ratings"),
    endpoints=(
        _public("list_models", "/models"),
        _public("get_model", "/models/{name}"),
        _public("get_models_board", "/models/board"),
        _public("get_model_calibration", "/models/{name}/calibration"),
        _public("get_model_calibration_svg", "/models/{name}/calibration.svg"),
        _public("get_model_profit_svg", "/models/{name}/profit.svg"),
        _public("list_upcoming_predictions", "/predictions/upcoming"),
        _public("get_game_predictions", "/games/{game_id}/predictions"),
        _public("get_game_predictions_at", "/games/{game_id}/predictions/at"),
        _of_players("list_game_player_predictions", "/games/{game_id}/player-predictions"),
        _of_players("list_player_predictions", "/players/{player_id}/predictions"),
        _public("list_ratings", "/ratings"),
    ),
)
