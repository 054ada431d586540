"""How saved searches are shown in words."""

from collections.abc import Iterable

from monitor.domain.searches import Hit, Search
from monitor.summaries.status import status_words
from trialwatch.terminal import say


def show_hits(hits: Iterable[Hit]) -> None:
    """Print trials, one a line."""
    for hit in hits:
        status = status_words(hit.status).name if hit.status else "no status"
        say(f"  {hit.nct_id}  {hit.title} ({status})")


def doing(search: Search) -> str:
    """Return how a search is doing."""
    if search.trouble and search.trouble_since is not None:
        return f"not told since {search.trouble_since:%Y-%m-%d %H:%M}"
    return f"known for {(search.evaluated_release or '')[:10]}"
