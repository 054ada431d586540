"""One form for the ways in which a source and a plain sentence say the same.

Applied to both sides before their facts are compared: the lexicon's words, the cues that open a
sentence which was cut off ("This does not count:"), and the words of the templates.
"""

import re

from monitor.summaries.lexicon import settled

#: How a time begins that was told in a sentence of its own.
TIMES = r"(?:at|within|during|in|over|on|before|after|when|less|more|up|throughout|for|from|while|until|through)\b"
#: A sentence that asks for something and denies nothing: only of such a one it is true that it is done.
_UNDENIED = r"(?:(?!\b(?:not?|none|never|nor|neither|without|cannot)\b)[^.:;•])*"
_DUTY = rf"((?:^|[.:;•]){_UNDENIED}?\b(?:must|should|agrees?|agreed|willing|consent)\b{_UNDENIED})"
#: Where a statement begins.
_OPENS = r"(?:^|(?<=[.:;]))\W*(?:\b(?:or|and)\b )?"
#: What a text must hold, one of several, for a pattern to be worth trying; pattern; its one form.
_CANON: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (tuple(needed.split("|")), re.compile(pattern, re.IGNORECASE), form)
    for needed, pattern, form in (
        ("•", r"\bany of these:\s*(?=•)", " "),
        ("•", r"•", " "),
        ("not count", r"\bthis does not count(?: as ([a-z -]{3,60}))?:", r" \1 except "),
        ("not including", r"\bnot including\b", " except "),
        ("exception:", r"\bexception:", " except "),
        ("this counts", rf"\bthis counts (?={TIMES})", " "),
        ("is done", rf"{_DUTY}\. this is done (?={TIMES})", r"\1. "),
        ("not count", r"\bthis does not count if\b", " unless "),
        ("with it", r"\bwith it, (?=you\b)", " "),
        ("not apply", r"\bthis rule does not apply if\b", " unless "),
        ("decides this", r"\bthe study doctor decides this\b", " in the study doctor's view "),
        ("this means", r"\bthis means (?:one|those) (?=that\b|needing\b)", " "),
        ("examples of", r"\bexamples of (?:such )?(?:an? )?(?=[a-z -]{3,40}:)", " forexample "),
        (
            "minimum",
            r"\bminimum (?=(?:(?:body )?weight|life[- ]expectancy) (?:of |is )?at least)",
            " ",
        ),
        (
            "consent",
            r"\b(?:you )?gives? (?=(?:an? )?(?:(?:signed|dated|written|voluntary|and),? )+consent\b)",
            " ",
        ),
        (
            "if you are",
            r"\bif you are (?=an? [^.]{1,260}, you (?:must|should|need|have to|agree|are required)\b)",
            " ",
        ),
        # Any other condition at the start is a fact of its own, however often "if" stands behind it.
        (
            "if ",
            (
                r"^\W*if (?:you are|(?:(?:the|an?|any) )?(?:participant|patient|subject|person|individual)s? (?:is|are)) "
                r"(?=an? )"
            ),
            " ifyouare ",
        ),
        # The noun is read: it must be one of the source.
        ("study adds", r"\b(?:on ([a-z -]{3,60}), )?the study adds:", r" \1 "),
        (
            "limited to",
            r"\b(?:including|this includes),? but (?:is |are )?not (?:necessarily )?limited to\b[:,]?",
            " forexample ",
        ),
        ("this includes", r"\bthis includes:", " including "),
        (
            "e.g|eg|for|such as",
            r"\bfor example:|\b(?:e\.g\.|eg\b|e\.g\b|for example|for instance|such as),?",
            " forexample ",
        ),
        ("that|i.e|ie", r"\bthat is[:,]|\b(?:i\.e\.|ie\b|i\.e\b|that is,)", " thatis "),
        ("presence of|existence of", r"^\W*(?:the )?(?:presence|existence) of\b", " "),
        ("presence of", r"(?<=\bwith )(?:the )?presence of\b", " "),
        ("defined", r"\bdefined as:?", " defined as "),
        ("cannot", r"\bcannot\b", "can not"),
        # A range is one fact, however its two ends are said; both belong to it.
        ("between", r"\bbetween (\d+(?:\.\d+)?)( years?)? (?:and|to) (?=\d)", r"\1\2 to "),
        (
            "at least",
            r"\bat least (\d+)(?: years?(?: old)?)?,?(?: to| and)? at most (?=\d+(?: years?\b|\W*$))",
            r"\1 to ",
        ),
        (
            "younger",
            r"(\d+) (?:years )?(?:or|and) older and (\d+) (years )?(?:or|and) younger",
            r"\1 to \2 \3",
        ),
        ("inclusive", r"(?<=\d)((?: years?)?(?: old)?),? \(?(?:both )?inclusive\)?", r"\1"),
        ("your age is", r"\byour age is\b", " "),
        ("used|using|uses|use of", r"\b(?:used|using|uses|use of)\b", "use"),
        (
            "take part|takes part|took part|taken part|taking part",
            r"\b(?:takes?|took|taken|taking) part\b",
            "take part",
        ),
        # "Any participation in another study" asks for no more than "participation in another study".
        ("any ", r"^\W*any (?=take part in another\b)", " "),
        # The words of the templates, and those of the source they stand for.
        (
            "current use",
            rf"{_OPENS}(?:any )?current use\b",
            " now use ",
        ),
        ("agreement to", rf"{_OPENS}(?:an )?agreement to\b(?![^.:;]*\bby\b)", " agree to "),
        ("refusal to", rf"{_OPENS}refusal to\b(?![^.:;]*\bby\b)", " refuse to "),
        ("live", r"\byou are expected to live\b", " lifespan "),
        (
            "survival|expectancy",
            (
                r"\b(?:(?:estimated|anticipated|expected|predicted)\s+)?(?:life[- ]expectancy|survival(?: time| period)?)\b"
                r"(?=\s*(?:of|is|:|must be)?\s*(?:at|more|less|\d|longer|of))(?:\s+must be\b)?"
            ),
            " lifespan ",
        ),
        ("proven", r"\bthis is proven by a ([a-z /]+) test\b", r" \1 provenby "),
        (
            "logical",
            (
                r",? with (histo|cyto|patho)logical (or|and|and/or) (histo|cyto|patho)logical"
                r" (?:evidence|signs|confirmation|proof)\b"
            ),
            r" \1logically \2 \3logically provenby ",
        ),
        (
            "logical",
            r",? with (histo|cyto|patho)logical (?:evidence|signs|confirmation|proof)\b",
            r" \1logically provenby ",
        ),
        ("lab tissue", r"\blab tissue\b", "pathologically"),
        ("tissue", r"\btissue(?= (?:or|and|and/or|provenby))", "histologically"),
        ("cell", r"\bcell(?= provenby)", "cytologically"),
        ("cell", r"\bcell(?= (?:or|and|and/or) histologically)", "cytologically"),
        (
            "logically",
            r"(?<=logically)[\s-]+(?:confirmed|proven|proved|verified|documented|recorded|diagnosed)\b",
            " provenby ",
        ),
        (
            "logically",
            (
                r"\b(?:confirmed|proven|diagnosed|documented|recorded|verified)"
                r" (?=(?:histo|cyto|patho)logically(?: (?:or|and|and/or) (?:histo|cyto|patho)logically)?\W*$)(.*)"
            ),
            r" \1 provenby ",
        ),
        ("breast milk", r"\b(?:women|people)(?= making breast milk)", " "),
        ("pregnancy", r"\bpregnancy\b", "pregnant"),
        ("nursing", r"(?<=\bpregnant or )nursing\b", "breastfeeding"),
        (
            "who ",
            r"\b(?:women|females|woman) who (?:are|is)(?= (?:currently )?(?:pregnant|breast))",
            " ",
        ),
        (
            "women|female|woman|people|mothers",
            r"\b(pregnant|breast-?\s?feeding|breast milk|nursing) (?:women|females|woman|people|mothers|female people)\b",
            r"\1",
        ),
        ("breast", r"\bbreast-?\s?feeding\b", "breastfeeding"),
        ("unwillingness", r"\bunwillingness\b", "unwilling"),
        ("willingness", r"\bwillingness\b", "willing"),
        ("inability", r"\binability\b", "unable"),
        ("ability", r"\bability\b", "able"),
        ("unable", r"\bunable or unwilling to\b", "unwilling or unable to"),
        ("unable", r"\b(?:are |is )?unable to\b", " can not "),
        ("and so on", r"\band so on\b", " etc "),
        (
            "a",
            (
                r"^\W*(?:all|any|each|every)\s+(?:of the\s+)?(?:study\s+|eligible\s+)?"
                r"(?=(?:patient|subject|participant|individual|person|people|volunteer|candidate))"
            ),
            " ",
        ),
        (
            "old|age",
            r"\bages? range\b|\bages?d?\b|(?<=year )old\b|(?<=years )old\b|(?<=months )old\b|(?<=year)-old\b|(?<=years)-old\b",
            " ",
        ),
        ("years-old", r"\byears-old\b", "years"),
        ("yr|year", r"\byrs?\b|\byear\b", "years"),
        ("n't|n’t", r"\b(?:do|does|did|is|are|was|were|has|have|had)n['’]t\b", " not "),  # noqa: RUF001
        (
            "except|excluding|exclusive|other than",
            (
                r"\b(?:with the exceptions? of|with exceptions? of|except(?:ions?|ing)?(?: for)?|excluding|"
                r"exclusive of|other than)\b"
            ),
            " except ",
        ),
        (
            "his /|his or|his/|he/|he or|her/",
            r"\bhis (?:/|or) her\b|\bhis/her\b|\bhe/she\b|\bhe or she\b|\bshe/he\b|\bher/his\b",
            " their ",
        ),
        ("women", r"\bwomen\b", "woman"),
        ("men", r"\bmen\b", "man"),
    )
)


def in_one_form(text: str) -> str:
    """Return a text, source or plain, in the form in which facts are compared."""
    plain = settled(text)
    small = plain.lower()
    for needed, pattern, form in _CANON:
        for one in needed:
            if one in small:
                plain = pattern.sub(form, plain)
                small = plain.lower()
                break
    return plain
