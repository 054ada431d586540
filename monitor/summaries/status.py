"""What each recruitment status means for a reader, now and in looking back.

A status this product does not know is shown as itself in quotes; it is never guessed.

Source:
    Definitions of the registry's data elements, and schema ``Status`` of its OpenAPI 2.0.5.
"""

from dataclasses import dataclass

from monitor.summaries.prose import quote

_CARE = "If you are in this study, talk with the study team before you change any care."
_ASK = "Ask the study team how it stands today."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusWords:
    """One status in words."""

    #: The status itself, as in ``Its status is: open.``
    name: str
    #: How the study stands.
    today: str
    #: How it stands, right after it changed.
    now: str
    #: How it stood, right after it changed.
    before: str
    #: What one can do; empty when nothing is certain.
    meaning: str
    #: Short words for the subject of a mail.
    headline: str


_WORDS: dict[str, StatusWords] = {
    "RECRUITING": StatusWords(
        name="open",
        today="This study is open. It is looking for people to join.",
        now="This study is now open. It is looking for people to join.",
        before="Before, it was open to new people.",
        meaning="If you want to join, ask the study team or your doctor.",
        headline="Now open",
    ),
    "NOT_YET_RECRUITING": StatusWords(
        name="not open yet",
        today="This study has not opened yet.",
        now="This study is now listed as not open yet.",
        before="Before, it had not opened yet.",
        meaning="No one can join yet.",
        headline="Not open yet",
    ),
    "ENROLLING_BY_INVITATION": StatusWords(
        name="only for people the study team asks",
        today="Only people the study team asks can join this study.",
        now="Only people the study team asks can join this study now.",
        before="Before, only people the study team asked could join.",
        meaning="You cannot sign up on your own. Ask the study team what this means for you.",
        headline="Now by invitation only",
    ),
    "ACTIVE_NOT_RECRUITING": StatusWords(
        name="going on, but closed to new people",
        today="This study is going on, but no one new can join.",
        now="This study now takes no new people. It goes on for those who already joined.",
        before="Before, it was going on but took no new people.",
        meaning="If you are in this study, the study team can tell you what comes next.",
        headline="Closed to new people",
    ),
    "COMPLETED": StatusWords(
        name="ended as planned",
        today="This study has ended as planned. No one new can join.",
        now="This study has now ended as planned. No one new can join.",
        before="Before, it was listed as ended as planned.",
        meaning="If you were in this study, you can ask the study team what was found.",
        headline="Ended as planned",
    ),
    "SUSPENDED": StatusWords(
        name="stopped for now",
        today="This study has stopped for now. It may start again.",
        now="This study has now stopped for a time. It may start again.",
        before="Before, it had stopped for a time.",
        meaning=_CARE,
        headline="Stopped for now",
    ),
    "TERMINATED": StatusWords(
        name="stopped early",
        today="This study stopped early. It will not start again.",
        now="This study has now stopped early. It will not start again.",
        before="Before, it was listed as stopped early.",
        meaning=_CARE,
        headline="Stopped early",
    ),
    "WITHDRAWN": StatusWords(
        name="stopped before anyone joined",
        today="This study stopped before anyone joined.",
        now="This study has now stopped before anyone joined.",
        before="Before, it was listed as stopped before anyone joined.",
        meaning="No one can join this study.",
        headline="Stopped before it began",
    ),
    "UNKNOWN": StatusWords(
        name="not known",
        today=(
            "The registry does not know how this study stands. "
            "The study team has not checked this record in over 2 years. It may be out of date."
        ),
        now=(
            "The registry no longer knows how this study stands. "
            "The study team has not checked this record in over 2 years. It may be out of date."
        ),
        before="Before, the registry did not know how it stood.",
        meaning=_ASK,
        headline="Status not known",
    ),
    "AVAILABLE": StatusWords(
        name="open outside of a study (expanded access)",
        today="This treatment can be had outside of a study. This is called expanded access.",
        now="This treatment can now be had outside of a study. This is called expanded access.",
        before="Before, this treatment could be had outside of a study (expanded access).",
        meaning="Ask your doctor if this is right for you.",
        headline="Expanded access open",
    ),
    "NO_LONGER_AVAILABLE": StatusWords(
        name="no longer open outside of a study (expanded access)",
        today="This treatment can no longer be had here outside of a study (expanded access).",
        now="Now this treatment can no longer be had here outside of a study (expanded access).",
        before="Before, this treatment could no longer be had outside of a study.",
        meaning="If you get this treatment now, talk with your doctor before you change any care.",
        headline="Expanded access ended",
    ),
    "TEMPORARILY_NOT_AVAILABLE": StatusWords(
        name="on hold outside of a study (expanded access)",
        today=(
            "For now, this treatment cannot be had outside of a study (expanded access). "
            "That may change."
        ),
        now=(
            "For now, this treatment can no longer be had outside of a study (expanded access). "
            "That may change."
        ),
        before="Before, this treatment was on hold outside of a study.",
        meaning="If you get this treatment now, talk with your doctor before you change any care.",
        headline="Expanded access on hold",
    ),
    "APPROVED_FOR_MARKETING": StatusWords(
        name="approved for sale",
        today="The record says that this treatment is approved for sale.",
        now="The record now says that this treatment is approved for sale.",
        before="Before, the record said that this treatment was approved for sale.",
        meaning="Ask your doctor what this means for you.",
        headline="Approved for sale",
    ),
    "WITHHELD": StatusWords(
        name="held back",
        today="The registry does not show what is in this record.",
        now="The registry no longer shows what is in this record.",
        before="Before, the registry did not show what was in this record.",
        meaning=_ASK,
        headline="Record held back",
    ),
}

#: Every status put into words here.
KNOWN_STATUSES = tuple(_WORDS)
#: Statuses under which a new person may be able to join, now or later.
MAY_TAKE_PEOPLE = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION"})
#: Statuses of a study that stopped short of its plan.
STOPPED = frozenset({"SUSPENDED", "TERMINATED", "WITHDRAWN"})

_SITE_TODAY = {
    "RECRUITING": "open",
    "NOT_YET_RECRUITING": "not open yet",
    "ENROLLING_BY_INVITATION": "only for people the study team asks",
    "ACTIVE_NOT_RECRUITING": "closed to new people",
    "COMPLETED": "done with this study",
    "SUSPENDED": "on hold",
    "TERMINATED": "closed early",
    "WITHDRAWN": "closed with no one joined",
    "AVAILABLE": "open (expanded access)",
    "NO_LONGER_AVAILABLE": "no longer open (expanded access)",
    "TEMPORARILY_NOT_AVAILABLE": "on hold (expanded access)",
    "APPROVED_FOR_MARKETING": "closed, as the treatment is approved for sale",
}


def status_words(status: str | None) -> StatusWords:
    """Return the words for a status, also for one that is missing or not known here."""
    if status is None:
        return _MISSING
    return _WORDS.get(status) or _foreign(status)


_MISSING = StatusWords(
    name="not given",
    today="The record does not say how this study stands.",
    now="The record no longer says how this study stands.",
    before="Before, the record did not say how it stood.",
    meaning=_ASK,
    headline="Status no longer given",
)


def _foreign(status: str) -> StatusWords:
    shown = quote(status, 80)
    return StatusWords(
        name=f"listed as {shown}",
        today=f"The registry lists this study as {shown}.",
        now=f"The registry now lists this study as {shown}.",
        before=f"Before, the registry listed it as {shown}.",
        meaning="Ask the study team what this means.",
        headline="New status",
    )


def site_status_words(status: str | None) -> str:
    """Return how a place stands, as in ``The place is now ...``; ``""`` when it does not say."""
    if status is None:
        return ""
    return _SITE_TODAY.get(status) or f"listed as {quote(status, 80)}"
