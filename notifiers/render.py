"""Messages as text and HTML. What stands in them is chosen in ``notifiers.view``.

Everything of an alert that is the same for all its readers is rendered once; the few personal
lines at the end (why you get this, how to end it) are rendered for each delivery.
"""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from monitor.domain.alerts import Alert
from monitor.domain.looks import AS_WRITTEN, Look
from notifiers.clean import one_line
from notifiers.reading import search_for, view_for
from notifiers.search_view import ROOMS as SEARCH_ROOMS
from notifiers.search_view import search_view_of
from notifiers.view import ROOMS, Room, View, view_of

if TYPE_CHECKING:
    from css_inline import CSSInliner

#: Gmail cuts a message off at 102 kB; what is personal still has to fit.
MOST_HTML_BYTES: Final = 88_000
MOST_TEXT_BYTES: Final = 88_000
_WIDTH: Final = 76
#: Addresses that stand in HTML as they are.
_PLAIN_URL: Final = re.compile(r"[A-Za-z0-9._~/:%-]+")
_ANY_URL: Final = "https://any.example/u/any"
PERSONAL_MARK: Final = "<!--personal-->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An alert as a message, without the lines that differ from reader to reader.

    The personal lines go to the end of the text, and between the two halves of the HTML.
    """

    subject: str
    text: str
    html_before: str
    html_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The lines that differ from reader to reader."""

    text: str
    html: str


def render(alert: Alert, *, web_url: str, look: Look = AS_WRITTEN) -> Rendered:
    """Return ``alert`` as a message; the same alert and look give the same texts."""
    if alert.search is not None:
        return _search(alert, look)

    def view_in(room: Room) -> View:
        return view_for(look, view_of(alert, web_url=web_url, room=room))

    view, html = _fitting(view_in, _html, MOST_HTML_BYTES)
    _, text = _fitting(view_in, _text, MOST_TEXT_BYTES)
    before, _, after = html.partition(PERSONAL_MARK)
    return Rendered(subject=view.subject, text=text, html_before=before, html_after=after)


def _search(alert: Alert, look: Look) -> Rendered:
    """Write about a search, with ever fewer trials until it is small enough."""
    html = text = ""
    for most in SEARCH_ROOMS:
        view = search_for(look, search_view_of(alert, most=most))
        page = templates().get_template("search.html").render(view=view, look=look)
        html = inliner().inline(page)
        text = templates().get_template("search.txt").render(view=view, look=look)
        longest = max(len(html.encode("utf-8", "replace")), len(text.encode("utf-8", "replace")))
        if longest <= MOST_HTML_BYTES:
            break
    before, _, after = html.partition(PERSONAL_MARK)
    subject = search_view_of(alert, most=0).subject
    return Rendered(subject=subject, text=text, html_before=before, html_after=after)


def render_personal(
    list_name: str, unsubscribe_url: str, *, which: str = "the study is"
) -> Personal:
    """Return the closing lines of one delivery; ``which`` is what it is about."""
    if not _PLAIN_URL.fullmatch(unsubscribe_url):
        return personal_lines(list_name, unsubscribe_url, which)
    around = _around(list_name, which)
    return Personal(text=unsubscribe_url.join(around.text), html=unsubscribe_url.join(around.html))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What stands before and after the address in the closing lines."""

    text: tuple[str, str]
    html: tuple[str, str]


@lru_cache(maxsize=256)
def _around(list_name: str, which: str) -> _Around:
    """Write the closing lines that all readers of a list share."""
    lines = personal_lines(list_name, _ANY_URL, which)
    # The last one: a list may bear any name.
    (text, _, after_text), (html, _, after_html) = (
        written.rpartition(_ANY_URL) for written in (lines.text, lines.html)
    )
    return _Around(text=(text, after_text), html=(html, after_html))


def personal_lines(list_name: str, unsubscribe_url: str, which: str) -> Personal:
    """Write the closing lines of one delivery by themselves."""
    values = {
        "list_name": one_line(list_name, 100),
        "unsubscribe_url": unsubscribe_url,
        "which": which,
    }
    return Personal(
        text=templates().get_template("personal.txt").render(values),
        html=templates().get_template("personal.html").render(values),
    )


def _fitting(
    view_in: Callable[[Room], View], write: Callable[[View], str], most_bytes: int
) -> tuple[View, str]:
    """Write with ever less room until it is small enough."""
    *roomy, smallest = ROOMS
    for room in roomy:
        view = view_in(room)
        written = write(view)
        if len(written.encode("utf-8", "replace")) <= most_bytes:
            return view, written
    view = view_in(smallest)
    return view, write(view)


def _html(view: View) -> str:
    page = templates().get_template("alert.html").render(view=view)
    return inliner().inline(page)


def inlined(fragment: str) -> str:
    """Return a part of a message with its styles written into its elements."""
    return inliner().inline_fragment(fragment, _css())


@cache
def _css() -> str:
    return (Path(__file__).parent / "templates" / "mail.css").read_text("utf-8")


def _text(view: View) -> str:
    return templates().get_template("alert.txt").render(view=view)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    """Fold ``text`` to readable lines, the first one led by ``first``, others by ``rest``."""
    later = " " * len(first) if rest is None else rest
    lines = [
        textwrap.fill(
            line,
            _WIDTH,
            initial_indent=first if index == 0 else later,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for index, line in enumerate(text.split("\n"))
    ]
    return "\n".join(lines)


@cache
def templates() -> Environment:
    """Return the templates of messages."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Callable[..., Any]] = {"wrapped": _wrapped}
    made.filters.update(filters)
    return made


@cache
def inliner() -> "CSSInliner":
    """Return what writes styles into elements."""
    from css_inline import CSSInliner  # noqa: PLC0415  # wanted at the first mail

    # Style tags are kept for dark mode and narrow screens; nothing is ever fetched.
    return CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
