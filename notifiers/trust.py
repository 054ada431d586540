"""What far sides are trusted by: the authorities that this machine knows.

Reading them takes time and most of a megabyte, so it is done once for webhooks, chats, institutions
and tokens, and once for mail: HTTP writes its own name into what it is given, and a mail server need
not know it.
"""

import ssl
from functools import cache


@cache
def web_trust() -> ssl.SSLContext:
    """Return what web servers are trusted by."""
    return ssl.create_default_context()


@cache
def mail_trust() -> ssl.SSLContext:
    """Return what mail servers are trusted by."""
    return ssl.create_default_context()
