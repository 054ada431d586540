"""One form for the ways in which a source and a plain sentence say the same.

Applied to both sides before their facts are compared: the lexicon's words, the cues that open a
sentence which was cut off ("Not counted:"), and the words of the templates.
"""

import re

from monitor.summaries.lexicon import settled

_CANON: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (r"\bnot counted:", " except "),
        (r"\bthis includes, but is not limited to:", " including but not limited to "),
        (r"\bthis includes:", " including "),
        (
            r"\bfor example:|\b(?:e\.g\.|eg\b|e\.g\b|for example|for instance|such as),?",
            " forexample ",
        ),
        (r"\bthat is:|\b(?:i\.e\.|ie\b|i\.e\b|that is,)", " thatis "),
        (r"\bdefined as:?", " defined as "),
        (r"\bcannot\b", "can not"),
        # The words of the templates, and those of the source they stand for.
        (r"\byou are expected to live\b", " lifespan "),
        (
            (
                r"\b(?:(?:estimated|anticipated|expected|predicted)\s+)?(?:life[- ]expectancy|survival(?: time| period)?)\b"
                r"(?=\s*(?:of|is|:|must be)?\s*(?:at|more|less|\d|longer|of))(?:\s+must be\b)?"
            ),
            " lifespan ",
        ),
        (r"\bthis is proven by a ([a-z /]+) test\b", r" \1 provenby "),
        (r"\blab tissue\b", "pathologically"),
        (r"\btissue(?= (?:or|and|and/or|provenby))", "histologically"),
        (r"\bcell(?= provenby)", "cytologically"),
        (r"\bcell(?= (?:or|and|and/or) histologically)", "cytologically"),
        (r"(?<=logically)[\s-]+(?:confirmed|proven|verified)\b", " provenby "),
        (r"\b(?:women|people)(?= making breast milk)", " "),
        (r"\bpregnancy\b", "pregnant"),
        (r"\b(?:women|females|woman) who (?:are|is)(?= (?:currently )?(?:pregnant|breast))", " "),
        (
            r"\b(pregnant|breast-?feeding|breast milk|nursing) (?:women|females|woman|people|mothers|female people)\b",
            r"\1",
        ),
        (r"\bbreast-?\s?feeding\b", "breastfeeding"),
        (r"\bunwillingness\b", "unwilling"),
        (r"\bwillingness\b", "willing"),
        (r"\binability\b", "unable"),
        (r"\bability\b", "able"),
        (r"\bunable or unwilling to\b", "unwilling or unable to"),
        (r"\b(?:are |is )?unable to\b", " can not "),
        (r"\band so on\b", " etc "),
        (
            (
                r"^\W*(?:all|any|each|every)\s+(?:of the\s+)?(?:study\s+|eligible\s+)?"
                r"(?=(?:patient|subject|participant|individual|person|people|volunteer|candidate))"
            ),
            " ",
        ),
        (
            r"\bages? range\b|\bages?d?\b|(?<=year )old\b|(?<=years )old\b|(?<=months )old\b|(?<=year)-old\b|(?<=years)-old\b",
            " ",
        ),
        (r"\byears-old\b", "years"),
        (r"\byrs?\b|\byear\b", "years"),
        (r"\b(?:do|does|did|is|are|was|were|has|have|had)n['’]t\b", " not "),  # noqa: RUF001
        (
            (
                r"\b(?:with the exceptions? of|with exceptions? of|except(?:ions?|ing)?(?: for)?|excluding|"
                r"exclusive of|other than)\b"
            ),
            " except ",
        ),
        (
            r"\bhis (?:/|or) her\b|\bhis/her\b|\bhe/she\b|\bhe or she\b|\bshe/he\b|\bher/his\b",
            " their ",
        ),
    )
)


def in_one_form(text: str) -> str:
    """Return a text, source or plain, in the form in which facts are compared."""
    plain = settled(text)
    for pattern, form in _CANON:
        plain = pattern.sub(form, plain)
    return plain
