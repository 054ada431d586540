"""Where links in mails lead."""

import pytest

from notifiers.links import confirm_url, leads_nowhere, public_list_url, trial_url, unsubscribe_url

WEB = "https://watch.example.org/trials"


@pytest.mark.parametrize("given", [WEB, f"{WEB}/"])
def test_pages_are_below_the_address_however_it_ends(given: str) -> None:
    assert trial_url(given, "NCT99000001") == f"{WEB}/trials/NCT99000001"
    assert public_list_url(given, "a/b") == f"{WEB}/l/a%2Fb"
    assert unsubscribe_url(given, "t") == f"{WEB}/u/t"
    assert confirm_url(given, "t") == f"{WEB}/c/t"


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
