"""A second, simpler reading of what a text says, which shares nothing with the writer's own.

No word list of the product is asked here: the classes of words are this file's. What a rule's
entry, or a whole line, may never change is compared by them.
"""

import re
from collections import Counter

NUMBER_WORDS = frozenset(
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "single",
        "double",
        "triple",
        "twice",
        "once",
        "half",
        "third",
        "quarter",
        "dozen",
        "hundred",
        "thousand",
    ]
)
#: Words that deny, each with how often it does.
NEGATIVE = frozenset(
    [
        "no",
        "not",
        "never",
        "poorly",
        "without",
        "none",
        "nor",
        "neither",
        "cannot",
        "lack",
        "lacks",
        "lacking",
        "absence",
        "unable",
        "unwilling",
        "inability",
        "unwillingness",
        "ineligible",
        "unacceptable",
        "unsuitable",
        "inappropriate",
        "uncontrolled",
        "untreated",
        "unstable",
        "unresolved",
        "inadequate",
        "inadequately",
        "undetectable",
        "unknown",
        "asymptomatic",
        "unresectable",
        "unmeasurable",
        "uncorrected",
        "undiagnosed",
        "unexplained",
        "unrelated",
        "unlikely",
        "unspecified",
        "untested",
        "unvaccinated",
        "incapable",
        "incompetent",
        "inactive",
        "inoperable",
        "incurable",
        "ineffective",
        "insufficient",
        "insufficiently",
        "intolerable",
        "nonmeasurable",
        "noncompliant",
        "noncompliance",
        "nonpregnant",
        "irreversible",
        "immeasurable",
        "incomplete",
        "inconclusive",
        "inaccessible",
        "uncompensated",
        "decompensated",
        "impossible",
        "abnormal",
        "prohibited",
        "prohibit",
        "prohibits",
        "prohibiting",
        "forbidden",
        "forbid",
        "forbids",
        "banned",
        "poor",
        "exclude",
        "excluded",
        "excluding",
        "exclusion",
        "contraindication",
        "contraindications",
        "contraindicated",
        "abnormality",
        "abnormalities",
        "nonadherence",
        "nonchildbearing",
        "non-adherence",
        "defect",
        "defects",
        "malformation",
        "malformations",
        "anomaly",
        "anomalies",
    ]
)
TIMES = {
    "before": "before prior preceding previous previously past earlier ago",
    "after": "after subsequent subsequently later since",
    "during": "during throughout",
    "within": "within",
    "until": "until till",
}
MODALS = ("must", "should", "shall", "may", "might", "could", "would")
COMPARED = {
    "ge": r"≥|>\s*/?\s*=|=\s*>|\bat least\b|\b(?:no|not) (?:less|fewer|lower) than\b|\bminimum of\b|"
    r"\b(?:greater|more|higher|superior) (?:than )?or equal\b|\bequal (?:to )?or (?:more|greater|higher)\b",
    "le": r"≤|<\s*/?\s*=|=\s*<|\bat most\b|\b(?:no|not) (?:more|greater|higher) than\b|\bmaximum of\b|"
    r"\bnot exceeding\b|\bup to\b|\b(?:less|fewer|lower|inferior) (?:than )?or equal\b|"
    r"\bequal (?:to )?or (?:less|lower|fewer)\b",
}
#: One word that names two things at once: its plain words join them.
TWO_IN_ONE = frozenset(
    (
        "cardiovascular",
        "central nervous system metastases",
        "allergy or hypersensitivity to",
        "cognitive impairment",
        "etc )",
        "etc ,",
        "etc . )",
        "etc . ,",
        "etc . ;",
        "etc ;",
        "hypersensitivity or allergic reaction to",
        "hypersensitivity or allergy to",
        "inclusion and exclusion criteria",
        "inclusion or exclusion criteria",
        "musculoskeletal",
        "of childbearing potential who",
        "psychiatric or psychological",
        "psychological or psychiatric",
        "sibling",
        "siblings",
        "spouse",
    )
)
#: Read one by one: what stands here looks like a fault and is none.
READ = frozenset(
    (
        "active or history of",
        "blood donation",
        "current or history of",
        "current or past history of",
        "current or previous history of",
        "current or prior history of",
        "donation of blood",
        "ecog ps",
        "excipient",
        "excipients",
        "history of or active",
        "history of or current",
        "history or current",
        "inclusion / exclusion criteria",
        "inclusion and exclusion criteria",
        "inclusion or exclusion criteria",
        "possess",
        "previous participation in",
        "prior participation in",
    )
)
#: Endings of names of drugs and illnesses.
DRUG = re.compile(
    r"\b\w+(?:mab|nib|cillin|statin|platin|taxel|ciclib|parib|navir|tegravir|conazole|pril|sartan|"
    r"olol|dipine|parin|gliptin|gliflozin|mycin|floxacin|prazole|setron|triptan|zumab|cept|tide)s?\b"
)
ILLNESS = re.compile(
    r"\b(?!diagnos|prognos|psychos|hypnos|purpos|expos|dos|predispos|compos|suppos|impos)\w+(?:itis|oma|omas|osis|oses|emia|aemia|pathy|pathies|plegia|"
    r"sclerosis|uria|penia|philia|phrenia|lepsy|rrhea|algia)\b"
)
NAMES = ("hiv", "hbv", "hcv", "ecog", "ast", "alt", "uln", "nyha", "recist", "ctcae", "cns", "bmi")


def words(text: str) -> list[str]:
    return re.findall(r"[a-zµ]+(?:['-][a-z]+)*|\d+(?:[.,]\d+)*", text.lower())


def numbers(text: str) -> Counter[str]:
    return Counter(word for word in words(text) if word in NUMBER_WORDS or word[:1].isdigit())


def denials(text: str) -> int:
    text = re.sub("non-?steroidal|" + "|".join(COMPARED.values()), " ", text.lower())
    parts = [part for word in words(text) for part in word.split("-")]
    return sum(part in NEGATIVE or part in {"non", "un"} for part in parts)


def times(text: str) -> Counter[str]:
    text = re.sub(r"(?:immediately|right) following|following(?= administration)", "after", text)
    text = re.sub(
        r"(?:for|during|throughout) the (?:entire |whole )?(?:duration|length)|"
        r"(?:for|during|throughout) the (?:entire|whole) (?:study|trial)|throughout the study|"
        r"(?:in|during) the course of|throughout",
        "during",
        text,
    )
    found = words(text)
    return Counter(name for name, forms in TIMES.items() for word in found if word in forms.split())


def modals(text: str) -> Counter[str]:
    text = re.sub(r"\b(?:is|are) required to\b", "must", text)
    return Counter(word for word in words(text) if word in MODALS)


def joints(text: str) -> Counter[str]:
    text = re.sub("|".join(COMPARED.values()), " ", text.lower())
    return Counter(word for word in words(text.replace("/", " ")) if word in {"and", "or"})


def names(text: str) -> set[str]:
    text = text.lower().replace("hepatitis b surface antigen", "hbsag").replace("-", " ")
    found = {match.rstrip("s") for sign in (DRUG, ILLNESS) for match in sign.findall(text.lower())}
    return found | {word for word in words(text) if word in NAMES}


def compared(text: str) -> set[str]:
    return {name for name, sign in COMPARED.items() if re.search(sign, text.lower())}
