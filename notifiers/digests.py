"""Messages about several trials. What stands in them is chosen in ``notifiers.digest_view``.

Digests differ from reader to reader, the trials in them do not: each trial's part is written
once and kept, and a digest is put together from such parts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Final

from monitor.domain.alerts import Alert, Digest
from monitor.domain.looks import AS_WRITTEN, Look
from notifiers.digest_view import (
    MOST_IN_FULL,
    DigestHead,
    Study,
    head_of,
    key_of,
    studies_of,
    study_of,
)
from notifiers.kept import Kept
from notifiers.quoted import quoted
from notifiers.reading import head_for, study_for
from notifiers.render import MOST_HTML_BYTES, PERSONAL_MARK, inlined, inliner, templates

#: Trials whose parts are kept; a digest's readers are told at the same time.
_KEPT: Final = 2000
#: For the head, the rest and the foot of a digest.
_SET_ASIDE: Final = 28_000
_MOST_IN_BRIEF: Final = 40
#: What is left out, one of them and several.
_OF_STUDIES: Final = ("study", "studies")
_OF_BOTH: Final = ("study or search", "studies or searches")
_PLACE: Final = re.compile(r"\[\[(subject|preheader|headline|opening)\]\]")
_STUDIES_MARK: Final = "<!--studies-->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A message without its personal lines, encoded as quoted-printable."""

    subject: str
    text: bytes
    html_before: bytes
    html_after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One trial, written."""

    study: Study
    html_bytes: int
    html: bytes
    text: bytes


class Digests:
    """Writes digests; what several have in common is written once."""

    def __init__(self, *, web_url: str) -> None:
        self._web_url = web_url
        self._kept: Kept[tuple[str, ...], _Part] = Kept(_KEPT)

    def of(self, digest: Digest, look: Look = AS_WRITTEN) -> Shared:
        """Return a digest's message; the same digest and look give the same bytes."""
        studies = studies_of(digest)
        parts = self._in_full(studies[:MOST_IN_FULL], look)
        head = head_for(look, head_of(studies[0], digest.trials, digest.searches))
        left = studies[len(parts) :][:_MOST_IN_BRIEF]
        more = digest.trials + digest.searches - len(parts) - len(left)
        single, several = _OF_BOTH if digest.searches else _OF_STUDIES
        what = several if more > 1 else single
        rest_html, rest_text = self._rest(
            [self._part(one, look).study for one in left], more=more, what=what
        )
        before, after = _frame()
        opening, _, foot = after.partition(PERSONAL_MARK)
        return Shared(
            subject=head.subject,
            text=quoted(_text_head(head))
            + b"".join(part.text for part in parts)
            + rest_text
            + quoted(_TEXT_FOOT),
            html_before=quoted(_filled(before, head))
            + b"".join(part.html for part in parts)
            + rest_html
            + quoted(opening),
            html_after=quoted(foot),
        )

    def _in_full(self, studies: Sequence[Sequence[Alert]], look: Look) -> tuple[_Part, ...]:
        """Return the parts of as many trials as there is room for, one at the least."""
        parts: list[_Part] = []
        room = MOST_HTML_BYTES - _SET_ASIDE
        for alerts in studies:
            part = self._part(alerts, look)
            room -= part.html_bytes
            if parts and room < 0:
                break
            parts.append(part)
        return tuple(parts)

    def _part(self, alerts: Sequence[Alert], look: Look) -> _Part:
        key = (look.written, *key_of(alerts))
        return self._kept.of(
            key, lambda: _written(study_for(look, study_of(alerts, web_url=self._web_url)))
        )

    def _rest(self, left: Sequence[Study], *, more: int, what: str) -> tuple[bytes, bytes]:
        if not left and not more:
            return b"", b""
        values = {
            "heading": "Also changed",
            "studies": left,
            "more": more,
            "what": what,
            "web_url": self._web_url,
        }
        html = templates().get_template("digest_rest.html").render(values)
        text = templates().get_template("digest_rest.txt").render(values)
        return quoted(_row(inlined(html))), quoted(text)


_TEXT_FOOT: Final = """
------------------------------------------------------------------------

Written from the records as the registry published them. This is not medical
advice: talk with your doctor or the study team before you decide anything.
"""


def _written(study: Study) -> _Part:
    html = templates().get_template("digest_study.html").render(study=study)
    row = _row(inlined(html))
    text = templates().get_template("digest_study.txt").render(study=study)
    return _Part(study=study, html_bytes=len(row.encode()), html=quoted(row), text=quoted(text))


def _row(table: str) -> str:
    """Return the row of a table that was only written to make a fragment of it."""
    return "<tr>" + table.partition("<tr>")[2].rpartition("</tr>")[0] + "</tr>\n"


@cache
def _frame() -> tuple[str, str]:
    """Return what stands around the trials."""
    page = inliner().inline(templates().get_template("digest.html").render())
    before, _, after = page.partition(_STUDIES_MARK)
    return before, after


def _filled(before: str, head: DigestHead) -> str:
    # In one go: what is filled in may look like a place to fill.
    return _PLACE.sub(lambda found: escape(getattr(head, found[1])), before)


def _text_head(head: DigestHead) -> str:
    return templates().get_template("digest.txt").render(head=head)
