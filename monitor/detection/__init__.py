"""What differs between two records of one trial, and how much it matters.

``detect`` compares two records, ``events`` are about a record as a whole, ``fields`` says how
each field of the registry is compared. Words for readers are made in ``monitor.summaries``.
"""

from monitor.detection import events
from monitor.detection.detect import detect
from monitor.detection.fields import unknown_fields
from monitor.detection.weights import Weights, default_weights, read_weights

__all__ = ["Weights", "default_weights", "detect", "events", "read_weights", "unknown_fields"]
