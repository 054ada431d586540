"""The registry's API v2: asking, decoding, and judging whether an answer can be believed."""
