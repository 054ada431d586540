"""A stand-in ClinicalTrials.gov API v2 for tests, demos and people without a network.

It answers as the registry is known to answer, traps included, and misbehaves on
request. It shares no code with the client and imports nothing of the service, so a
mistake in one cannot hide a mistake in the other.
"""
