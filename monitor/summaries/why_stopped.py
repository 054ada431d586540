"""Why a study stopped: the team's own words, and a plain reading when it is certain.

The words are quoted verbatim, always. A plain reading is added only when exactly one family
of reasons fits and nothing else in the text denies or widens it.
"""

import re

from monitor.summaries.prose import clean, quote_end, speak

_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (words, re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        (
            "not enough people joined",
            (
                r"(?:slow|poor|low|lack of|insufficient|inadequate|lagging|limited|no)\s+"
                r"(?:\w+\s+){0,2}?(?:accruals?|enrol\w*|recruit\w*|participants|subjects|patients)"
                r"|(?:difficult\w*|failure|unable|inability|failed|trouble|problems?)"
                r"(?:\s+(?:of|to|in|with))?\s+(?:adequately\s+|find\s+)?"
                r"(?:accru\w*|enrol\w*|recruit\w*|eligible (?:subjects|patients|participants))"
                r"|(?:did not|unable to|failed to) (?:meet|reach) (?:the )?(?:\w+'s )?"
                r"(?:enrol\w*|recruit\w*|accrual)(?: \w+)?"
                r"|not enough (?:patients|participants|subjects|people|volunteers)"
            ),
        ),
        (
            "there was not enough money",
            (
                r"(?:lack of|insufficient|inadequate|no|loss of|limited)\s+(?:\w+\s+)?(?:funds|funding)"
                r"|funding (?:was |is )?(?:not available|unavailable|ended|withdrawn|ran out|lost)"
                r"|(?:funder|sponsor) never paid"
            ),
        ),
        (
            "it was a business choice",
            (
                r"(?:business|strategic|commercial|portfolio)\s+(?:\w+\s+)?"
                r"(?:decisions?|reasons?|priorit\w+|considerations?|re-?priorit\w+|strategy)"
            ),
        ),
        (
            "there were worries about safety",
            r"safety (?:concerns?|issues?|reasons?)|(?:unacceptable|excess\w*) toxicity",
        ),
        (
            "the treatment did not seem to work well enough",
            (
                r"(?:lack of|insufficient|no|poor|limited) (?:\w+ )?(?:efficacy|effect|effectiveness)"
                r"|futility"
            ),
        ),
        ("COVID-19 got in the way", r"covid(?:-?\s?19)?|coronavirus|sars-cov-2"),
        (
            "the lead doctor or scientist left",
            r"\b(?:pi|investigator)\b (?:has |have )?(?:left|leaving|moved|departed|retired)",
        ),
        (
            "the study drug or supplies could not be had",
            (
                r"(?:drug|product|supply|device) (?:supply |manufactur\w+ )?"
                r"(?:shortage|unavailable|not available|issues?|problems?)|lack of (?:study )?drug"
            ),
        ),
        (
            "a regulator or review board put it on hold",
            r"clinical hold|(?:fda|irb|regulatory|ethics committee) hold",
        ),
        ("another study took its place", r"(?:replaced|superseded) by (?:another|a new)"),
        (
            "the study met its goal",
            r"(?:completed|met|reached) (?:its |the )?(?:primary )?(?:objective|endpoint|goal)",
        ),
    )
)
#: Words that turn a reason around or add another one; a text that has them stays as it is.
_TURNS = re.compile(
    r"\b(?:no|not|never|nor|without|n't|but|however|although|unrelated|also|other)\b", re.IGNORECASE
)


def plain_reason(text: str | None) -> str:
    """Return the reason in plain words, or ``""`` when it is not certain."""
    words = clean(text)
    fitting = [(said, pattern) for said, pattern in _FAMILIES if pattern.search(words)]
    if len(fitting) != 1:
        return ""
    said, pattern = fitting[0]
    return "" if _TURNS.search(pattern.sub(" ", words)) else said


#: Opens the reason of a stop, where it is one.
REASON_GIVEN = "The study team gave this reason:"


def reason_sentences(text: str | None) -> str:
    """Return the team's reason in its own words, and in plain words where that is safe."""
    if not clean(text):
        return ""
    plain = plain_reason(text)
    return speak(
        f"{REASON_GIVEN} {quote_end(text)}",
        f"In plain words: {plain}." if plain else "",
    )
