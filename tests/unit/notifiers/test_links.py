"""Where links in mails lead."""

import pytest

from notifiers.links import leads_nowhere


@pytest.mark.parametrize(
    ("web_url", "relay", "nowhere"),
    [
        ("http://127.0.0.1:8080", "mail.example.org", True),
        ("http://127.0.0.1:8080", "127.0.0.1", False),
        ("https://watch.example.org", "mail.example.org", False),
    ],
)
def test_links_to_this_machine_lead_others_nowhere(
    web_url: str, relay: str, *, nowhere: bool
) -> None:
    assert leads_nowhere(web_url, relay=relay) is nowhere
