r"""How many words of a text are rare and not explained in its words to know.

Which words are common is told by a file, one a line, made outside of this project::

    pip install wordfreq   # in a throw-away environment
    python -c "from wordfreq import top_n_list, zipf_frequency as z; print(*(w for w in
        top_n_list('en', 40000) if z(w, 'en') >= 3.3 and w.isalpha()), sep='\n')" > common.txt
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from monitor.summaries.lexicon import rows
from monitor.summaries.words import acronyms_in

_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = ("'s", "s", "es", "ed", "ing", "d", "ly", "ies")


def common_words(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="utf-8").split())


def rare_and_unexplained(
    lines: Iterable[str], known: Mapping[str, str], common: frozenset[str]
) -> tuple[int, int]:
    """Return how many rare words no line of ``known`` explains, and how many words there are.

    Args:
        lines: Sentences without explanations of terms. Short forms are counted elsewhere.
        known: Terms of the words to know, with their meanings.
        common: Words that are not rare; their usual endings are not rare either.
    """
    explained = {word for term in known for word in _words_of(term)}
    rare = total = 0
    for line in lines:
        short = acronyms_in(line)
        total += len(re.findall(r"[^\W\d_]+", line))
        rare += sum(
            word not in short and word.lower() not in explained and not _is_common(word, common)
            for word in _WORD.findall(line)
        )
    return rare, total


def _is_common(word: str, common: frozenset[str]) -> bool:
    word = word.lower()
    stems = (word.removesuffix(ending) for ending in _ENDINGS)
    return any(form in common for stem in stems for form in (stem, f"{stem}e", f"{stem}y"))


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    return {
        row[0]: frozenset(_WORD.findall(f"{row[0]} {row[1]}".lower()))
        for row in rows("glossary.tsv")
    }


def _words_of(term: str) -> frozenset[str]:
    return _forms().get(term, frozenset({term.lower()}))
