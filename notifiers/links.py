"""Web addresses that go into messages."""

from urllib.parse import quote, urlsplit

from monitor.domain.hosts import is_loopback


def record_url(nct_id: str) -> str:
    """Return the page of a trial at the registry."""
    return f"https://clinicaltrials.gov/study/{quote(nct_id, safe='')}"


def trial_url(web_url: str, nct_id: str) -> str:
    """Return our page of a trial, with its history."""
    return f"{web_url.rstrip('/')}/trials/{quote(nct_id, safe='')}"


def public_list_url(web_url: str, token: str) -> str:
    """Return the public page of a list."""
    return f"{web_url.rstrip('/')}/l/{quote(token, safe='')}"


def unsubscribe_url(web_url: str, token: str) -> str:
    """Return the one-click address of a subscription: GET shows, POST ends it."""
    return f"{web_url.rstrip('/')}/u/{quote(token, safe='')}"


def confirm_url(web_url: str, token: str) -> str:
    """Return the page that asks whether an address agrees: GET shows, POST agrees."""
    return f"{web_url.rstrip('/')}/c/{quote(token, safe='')}"


def can_unsubscribe_by_click(web_url: str) -> bool:
    """Tell whether ``web_url`` may go into ``List-Unsubscribe``.

    RFC 8058 wants https. Plain http is let through on this very machine only (demo, tests),
    where no mail program of anyone else can be misled.
    """
    parts = urlsplit(web_url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def leads_nowhere(web_url: str, *, relay: str) -> bool:
    """Tell whether mail goes out to others while its links lead to this machine alone.

    A relay on this machine is taken for a mail catcher, whose reader sits here.
    """
    return is_loopback(urlsplit(web_url).hostname or "") and not is_loopback(relay)
