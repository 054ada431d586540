"""Rows behind the ports: SQLite by default, PostgreSQL by URL.

``open_database`` gives what plays ``OpenWork``; ``check``, ``upgrade``, ``backup`` and
``restore`` look after the schema and the file. Nothing here decides what a change is, or who
should hear of it beyond what the subscriptions say.
"""
