"""Replays seasons with faults in the forecasts, and tells after how many games the watched figures show them."""
