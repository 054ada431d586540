"""Which article goes before a word: "a" or "an"."""

_VOWELS = "aeiou"
#: Words whose first sound is not what their first letter says.
_AN_WORDS = (
    "hour",
    "honest",
    "heir",
    "ecog",
    "mri",
    "fev",
    "nsaid",
    "hiv",
    "ldl",
    "hla",
    "rna",
    "ntm",
)
_A_WORDS = ("uni", "use", "usu", "eu", "one", "once", "uti", "ura")


def starts_with_vowel_sound(text: str) -> bool:
    """Say whether ``an`` and not ``a`` goes before a text."""
    word = text.lstrip("(\"'").split(" ", maxsplit=1)[0]
    lower = word.lower()
    if lower.startswith(_AN_WORDS):
        return True
    if word.isupper() and len(word) > 1 and lower[0] not in _VOWELS:
        return word[0] in "FHLMNRSX"
    return lower[:1] in _VOWELS and not lower.startswith(_A_WORDS)
