"""The registry of models: versions, their artefacts, and which of them forecasts."""
