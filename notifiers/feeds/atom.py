"""A feed as Atom (RFC 4287)."""

from datetime import UTC, datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from notifiers.clean import one_line
from notifiers.feeds.entries import Entry, Feed

TYPE = "application/atom+xml"


def atom(feed: Feed) -> bytes:
    """Return the feed in UTF-8."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _text(root, "title", one_line(feed.title))
    _text(root, "id", feed.id)
    _text(root, "updated", _time(feed.updated))
    SubElement(root, "link", rel="self", type=TYPE, href=feed.url)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    _text(SubElement(root, "author"), "name", "trialwatch")
    _text(root, "generator", "trialwatch")
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(parent: Element, entry: Entry) -> None:
    _text(parent, "title", entry.title)
    _text(parent, "id", entry.id)
    _text(parent, "published", _time(entry.at))
    _text(parent, "updated", _time(entry.at))
    SubElement(parent, "link", rel="alternate", type="text/html", href=entry.url)
    content = _text(parent, "content", html_of(entry))
    content.set("type", "html")


def html_of(entry: Entry) -> str:
    """Return the sentences as paragraphs of HTML, with nothing of theirs taken for markup."""
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in entry.sentences)


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
