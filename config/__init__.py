"""Settings: read once at the start, frozen, passed on by ``trialwatch`` and seen by nobody else."""
