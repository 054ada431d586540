"""Migrations of the schema, one file a revision; run by ``storage.upgrade``."""
