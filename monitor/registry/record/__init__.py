"""The registry's record of a study as frozen, typed values, one class per schema of the API."""

from monitor.registry.record.study import ProtocolSection, Study

__all__ = ["ProtocolSection", "Study"]
