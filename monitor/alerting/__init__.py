"""Use cases, one verb each: decisions from the core, effects through ports."""
