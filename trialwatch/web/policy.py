"""What browsers may load for our pages, and run on them.

Nothing from elsewhere, nothing inline; mails are shown in a frame that can do nothing. Passkeys
want a script, which is ours and stands on the pages that offer them alone.
https://www.w3.org/TR/CSP3/
"""

from typing import Final

from fastapi.responses import HTMLResponse

HEADER: Final = "Content-Security-Policy"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_WITH_SCRIPT: Final = f"{POLICY}; script-src 'self'; connect-src 'self'"


def with_script(page: HTMLResponse) -> HTMLResponse:
    """Let our own script run on a page, and talk to us."""
    page.headers[HEADER] = _WITH_SCRIPT
    return page
