"""The sessions of a race weekend, and when picks are locked."""
