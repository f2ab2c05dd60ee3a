"""The weather at venues without a roof, as it was forecast."""
