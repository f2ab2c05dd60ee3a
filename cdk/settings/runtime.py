from dataclasses import dataclass
from typing import Literal

type CpuArchitecture = Literal["arm64", "x86_64"]
"""Processor architectures, by Lambda's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Runtime of the functions."""

    wheel_platform: str | None = "aarch64-manylinux_2_28"
    """Platform of the functions' compiled packages, by uv's name. None: the platform of the machine that builds."""

    architecture: CpuArchitecture = "arm64"
    """Processor architecture of every function."""

    log_level: str = "INFO"
    """Minimum level that the functions log."""

    secrets_cache_seconds: int = 300
    """Seconds for which a function caches a secret before it reads it again."""

    job_memory_mb: int = 1024
    """Memory in MB of each scheduled function, and of each function that an engineer invokes."""

    migrate_memory_mb: int = 512
    """Memory in MB of the function that migrates the database's schema."""
