"""A trial's status as a small picture (SVG), to be shown on pages elsewhere. Pure."""

from html import escape

from trialwatch.web.rendering import status_in_words

TYPE = "image/svg+xml"
#: White reads on each of them: the ratio is 4.5 or more (WCAG 2.2, 1.4.3).
_OPEN, _WAITS, _SHUT, _OVER = "#1d6b35", "#805000", "#a3211a", "#525d6b"
_COLOURS = {
    "RECRUITING": _OPEN,
    "ENROLLING_BY_INVITATION": _OPEN,
    "AVAILABLE": _OPEN,
    "NOT_YET_RECRUITING": _WAITS,
    "ACTIVE_NOT_RECRUITING": _WAITS,
    "SUSPENDED": _SHUT,
    "TERMINATED": _SHUT,
    "WITHDRAWN": _SHUT,
    "NO_LONGER_AVAILABLE": _SHUT,
    "TEMPORARILY_NOT_AVAILABLE": _SHUT,
}
_INK = "#1c2430"
_LETTER, _MARGIN, _HEIGHT = 6.6, 8, 20


def badge(nct_id: str, status: str, *, gone: bool) -> bytes:
    """Return the badge of a trial; its words say all that its colour says."""
    words = "No longer on the registry" if gone else status_in_words(status)
    colour = _SHUT if gone else _COLOURS.get(status, _OVER)
    left, right = _width(nct_id), _width(words)
    label = escape(f"{nct_id}: {words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}"'
        f' role="img" aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left}" height="{_HEIGHT}" fill="{_INK}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/>'
        '<g fill="#ffffff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11"'
        ' text-anchor="middle">'
        f"{_text(nct_id, left / 2, left)}{_text(words, left + right / 2, right)}</g></svg>"
    ).encode()


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + 2 * _MARGIN


def _text(text: str, middle: float, width: int) -> str:
    room = width - 2 * _MARGIN
    return (
        f'<text x="{middle:g}" y="14" textLength="{room}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )
