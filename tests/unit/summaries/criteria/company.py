"""A phrase of a word list among words that its condition asks for."""

from monitor.summaries.contexts import Context


def in_company(phrase: str, when: Context) -> str:
    """Return a phrase as it is where it applies everywhere, else with the first words asked for."""
    if not when.only:
        return phrase
    before, behind, here = when.only[0]
    return " ".join([*before, phrase, *behind] if here else [phrase, *before])
