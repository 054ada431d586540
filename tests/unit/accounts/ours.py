"""Our site, its page, and somebody with an account there."""

from monitor.accounts.parties import Party
from monitor.domain.people import Person, Role
from tests.fakes.authenticator import Page

OURS = Party(id="trials.example.org", origin="https://trials.example.org")
HERE = Page(OURS.origin)
ADA = Person(id=7, name="Ada", email="ada@example.org", role=Role.MEMBER, has_password=False)
