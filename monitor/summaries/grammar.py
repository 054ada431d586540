"""What must never stand in a sentence of ours: signs of broken English or of leaked markup."""

import re

#: Name, what a sentence must hold in small letters for the pattern to be worth trying, pattern.
_SIGNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (name, tuple(needed.split("|")), re.compile(pattern))
    for name, needed, pattern in (
        (
            "verb does not fit you",
            "you",
            r"\b[Yy]ou (?:has|is|was|does|were be|be|am)\b|\b[Yy]ou's\b",
        ),
        ("article before a verb", "", r"\b[Aa]n? (?:ever|have|has|are|is|were|was)\b"),
        (
            "a before a vowel",
            "a a|a e|a i|a o|a u",
            # "Visit A or B" is a name and no article.
            r"\b(?:a|(?<!\w )A) (?:[aio][a-z]{2,}|e(?!u|w)[a-z]{2,}|un(?!i)[a-z]{2,})\b(?<!\ba one)(?<!\ba once)",
        ),
        ("an before a consonant", "an ", r"\b[Aa]n [bcdfgjkpqtvwz][a-z]+"),
        ("doubled word", "", r"\b([a-z]{2,}) \1\b(?<!\bthat that)(?<!\bhad had)"),
        ("doubled stop", "", r"[.?!;,]\s*[.?!](?!\.)|\?\.|,\s*,|;\s*;"),
        ("space before a stop", "", r"\s[,;.?!](?=\s|$)"),
        ("no before an article", "no a|no the", r"\b[Nn]o (?:an?|the|any)\b"),
        ("empty brackets", ")|]", r"\(\s*\)|\[\s*\]"),
        ("name taken apart", "many ", r"\bmany (?:myeloma|sclerosis)\b"),
        ("markup", "\\|&|<", r"\\[<>\[\]*_~^.]|&(?:[a-z]+|#\d+);|<\/?[a-z]+>"),
        ("web address", "http|www.", r"https?://|www\."),
        ("two verbs", "you ", r"\b[Yy]ou (?:are|have) (?:are|have|must|will|may|can|cannot)\b"),
        (
            "verb does not fit people",
            "get pregnant is",
            r"\b(?:women|people|females) who can(?:not)? get pregnant is\b",
        ),
        ("verb after must", "must ", r"\bmust (?:has|is|are|was|were|had)\b"),
        (
            "pronoun does not fit you",
            "you",
            r"\b[Yy]ou\b[^.:]*\b(?:his|her|himself|herself|he|she)\b",
        ),
        ("verb after to", "to ", r"\bto (?:has|is|are|was|were|had)\b"),
    )
)
_LOWER_START = re.compile(r"^[a-z]{3,}(?![\w-]*\d)(?!-)")
_ARTICLE_FREE = re.compile(r"\b[Aa] (?:one|once|uni\w*|use\w*|usual\w*|eu\w*|ewe|uro\w*|AIDS)\b")


def lint(sentence: str) -> tuple[str, ...]:
    """Return what is wrong with a sentence, empty when nothing is."""
    read = _ARTICLE_FREE.sub("the", sentence)
    small = read.lower()
    found = [
        name
        for name, needed, sign in _SIGNS
        if any(map(small.__contains__, needed)) and sign.search(read)
    ]
    if _LOWER_START.match(sentence):
        found.append("small letter at the start")
    if sentence.count("(") != sentence.count(")") or sentence.count("[") != sentence.count("]"):
        found.append("open bracket")
    return tuple(found)
