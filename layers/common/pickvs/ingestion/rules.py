"""Names of the ingestion jobs."""

from typing import Literal

type JobName = Literal["fetch_odds", "process_results"]

FETCH_ODDS: JobName = "fetch_odds"
PROCESS_RESULTS: JobName = "process_results"
