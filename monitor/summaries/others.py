"""Whoever else a rule may speak of: then "you" would be said of the wrong one."""

import re

#: Somebody else anywhere in a rule; "Child-Pugh" is nobody, and "close contacts" are.
OF_OTHERS = re.compile(
    r"\b(?:maternal|paternal|mothers?|fathers?|parents?|infants?|child(?![ -]?pugh)|children|siblings?|relatives?|donors?|partners?|"
    r"household|spouses?|husbands?|wife|wives|sons?|daughters?|famil(?:y|ies|ial) members?|first-degree|staff|"
    r"infected (?:persons|people)|carriers?|caregivers?|carers?|f(?:o)?etal|f(?:o)?etus(?:es)?|neonat\w+|newborns?|bab(?:y|ies)|"
    r"offspring|embryos?|teachers?|(?:close |household )contacts?|contacts|index (?:case|patient)|"
    r"(?:of|for|in) (?:the |all |any )?(?:animals?|dogs?|cats?|mice|rats?))\b",
    re.IGNORECASE,
)
