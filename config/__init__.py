"""Settings: read once at the start, frozen, passed on by ``trialwatch`` and seen by nobody else."""

from config.settings import ConfigError, Settings, load

__all__ = ["ConfigError", "Settings", "load"]
