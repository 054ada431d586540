"""One page of every message there is, from made-up records, for reviewing them by eye."""
