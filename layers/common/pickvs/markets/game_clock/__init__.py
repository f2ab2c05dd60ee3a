"""When the games have odds captured and results asked for: due work of the two ingestion jobs (ADR 21)."""
