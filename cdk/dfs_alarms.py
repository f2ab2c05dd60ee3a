"""Alarms of daily fantasy, a part of the table in `cdk.alarms`."""

from collections.abc import Iterator

from cdk.alarm import Alarm
from cdk.config import StageConfig
from cdk.job_alarms import job_alarms, work_given_up

COMPUTING = ("build_lineups", "simulate_contest")
"""Functions of daily fantasy that compute for minutes, each with a processor of its own."""
JOBS = (*COMPUTING, "fetch_weather", "fetch_dfs_slates")
"""Functions of daily fantasy that rules invoke."""


def dfs_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of daily fantasy."""
    yield from job_alarms(config, "dfs", JOBS)
    yield work_given_up(config, "dfs-work-given-up", JOBS)
