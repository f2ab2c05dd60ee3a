"""Metrics of forecasts."""

from pickvs.core.metrics import Metric

FORECASTS_PUBLISHED = Metric("ForecastsPublished")
FORECAST_INVARIANTS_BROKEN = Metric("ForecastInvariantsBroken")
SLATES_WITHOUT_FORECASTS = Metric("SlatesWithoutForecasts")
MINUTES_BEFORE_TIP_OFF = Metric("MinutesBeforeTipOff")
