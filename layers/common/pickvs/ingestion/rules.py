"""Names of the ingestion jobs."""

from typing import Literal

from pickvs.markets.game_clock import rules as game_clock

type JobName = Literal["fetch_odds", "process_results"]

FETCH_ODDS: JobName = game_clock.FETCH_ODDS
PROCESS_RESULTS: JobName = game_clock.PROCESS_RESULTS
