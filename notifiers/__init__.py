"""Carriers: how an alert reaches a reader.

One notifier per kind of channel, each with one method, ``send``. When something is sent, tried
again or given up is decided in ``monitor.alerting``; who is sent to is stored in ``storage``.
"""
