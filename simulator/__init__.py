"""A stand-in ClinicalTrials.gov API v2 for tests, demos and people without a network.

It answers as the registry is known to answer, traps included, and misbehaves on
request. It shares no code with the client and imports nothing of the service, so a
mistake in one cannot hide a mistake in the other.

Inside an event loop::

    async with running(open_source("stories")) as registry:
        ...                                  # ask registry.url
        registry.publish_next()
        registry.faults.ask("status", status=429, retry_after="2", times=3)
        registry.requests.count("/studies")

``simulator.serve`` also runs it in a thread or for good; ``simulator.sources`` opens
stories, folders and generated registries; ``simulator.given`` takes records as they are.
"""
