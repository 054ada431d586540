"""What may stand behind "you are": states that a rule names without a verb ("willing to", "pregnant").

Which sentence is made of them is decided in ``frames``.
"""

NOW = (
    r"(?:currently|presently|actively|concurrently|still|also|already|now)\s+(?:taking|receiving|using|enrolled|"
    r"participating|pregnant|breast\w*|lactating|smoking|undergoing|being|on|treated|suffering|hospitali\w+|"
    r"nursing|involved|living|planning|in)"
)
ARE = (
    r"(?:(?:not )?(?:able|willing|capable) (?:to|of|and)|(?:unable|unwilling|incapable) (?:to|of|or|and)|"
    r"not pregnant|pregnant(?=\s*(?:$|or breast|or lact|or nurs|or plan|or intend|at|during|[,;.]))|"
    r"(?:lactating|breast-?feeding)(?=\s*(?:$|or pregnant|[.;]))|"
    r"(?:allergic|intolerant|hypersensitive|refractory|resistant|unresponsive|addicted) to|dependent on|"
    rf"{NOW}|"
    r"scheduled (?:for|to)|expected to|planning (?:to|on|for)|known to|diagnosed (?:with|as|by)|"
    r"aged (?:of )?(?=\d|≥|>|<|≤|between|from|at least|over)|"
    r"enrolled in|participating in|involved in|"
    r"(?:considered|judged|deemed) (?:to|by|un\w+)|(?:positive|negative|seropositive) for|"
    r"(?:receiving|taking|using|undergoing) (?!treatment of choice)|suffering from|"
    r"(?:un)?likely to|(?:de)?sensiti[sz]ed to|naive to|refusing to|"
    r"on (?:[A-Za-z-]+ ){1,3}(?:treatment|therapy|medications?)(?= for\b|$)|at (?:high |increased )?risk (?:of|for)|(?:at least |≥\s?)\d+ (?:years|months) (?:old|of age)|"
    r"legally (?:able|competent|incompetent|incapable|incapacitated)|"
    r"(?:physically|mentally|medically|clinically) (?:able|unable|capable|incapable|stable)\b(?!\s+\w+s\b)|"
    r"previously (?:enrolled|randomi[sz]ed) in|sexually active(?=\s*(?:$|[,;.(]|and|with|during))|"
    r"post-?menopausal(?=\s*(?:$|[,;.(]|or surgically|for|with))|"
    r"on (?:dialysis|a stable dose|stable dose|anti-?coagula\w+|chronic|warfarin|insulin|long-term))"
)
#: The same behind "patients" alone: by itself the word could open another form.
ARE_OF_PEOPLE = (
    r"(?:(?:under|on|deprived of|placed under|covered by|affiliated|affected by|engaged in|applying|presenting|attending|undergoing|"
    r"hospitali[sz]ed|(?:not )?objecting|refusing|accepting|fulfilling|meeting|seeking|awaiting|unsuitable|unfit|incapable|infected with|"
    r"coming from|with no|living|residing|breast-?feeding|in need|in shock|younger than|older than|under the age|over the age)\b)"
)
