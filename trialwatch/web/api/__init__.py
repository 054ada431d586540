"""The interface for tools, ``/api/v1``: what it answers, and the document that describes it."""
