"""Metrics of scores."""

from pickvs.core.metrics import Metric

PREDICTIONS_SCORED = Metric("PredictionsScored")
LINE_DISTANCE = Metric("LineDistance")
INPUT_SHIFT = Metric("InputShift")
LOSS_CUSUM = Metric("LossCusum")
PLAYER_COVER = Metric("PlayerCover")
FORECASTS_DRIFTED = Metric("ForecastsDrifted")
