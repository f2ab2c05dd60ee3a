"""Lists ingestion runs for administrators."""
