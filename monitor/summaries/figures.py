"""A figure with a limit, said to the reader: "Hemoglobin ≥ 9 g/dL" is "Your hemoglobin is ≥ 9 g/dL"."""

import re

from monitor.summaries.brackets import BRACKETS
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.things import small
from monitor.summaries.turns import has_main_verb

_SIGN = (
    r"(?:≥|≤|>\s*/?\s*=|<\s*/?\s*=|=\s*>|=\s*<|>|<|at least|at most|more than|less than|greater than(?: or equal to)?|"
    r"less than or equal to|equal to or greater than|higher than|lower than|between|above|below|over|under|no more than|"
    r"not more than)"
)
_MEASURE = (
    r"(?:ha?emoglobin|platelets?|neutrophils?|neutrophil count|platelet count|leukocytes?|lymphocytes?|lymphocyte count|"
    r"leukocyte count|cell count|blood cell count|bilirubin|creatinine|creatinine clearance|clearance|AST|ALT|ALP|INR|aPTT|PT|"
    r"albumin|LVEF|ejection fraction|eGFR|GFR|CrCl|QTcF?|QTc interval|FEV1|IgE|IgE levels?|BMI|body mass index|weight|"
    r"age|count|Hb|Hgb|ANC|WBC|PLT|glucose|HbA1c|phosphatase|SpO2|saturation|CPS|TPS|score|height|pressure|"
    r"rate|ratio|time|FeNO|eosinophil count|eosinophils)"
)
_NAME = (
    r"(?P<name>(?:(?:absolute|total|serum|direct|peripheral|blood|body|white|red|creatinine|estimated|calculated|measured|"
    r"specific|left|ventricular|resting|fasting|plasma|alkaline|oxygen|peanut|systolic|diastolic|heart|glomerular|"
    r"filtration|international|normalized|prothrombin|activated|partial|thromboplastin|ACT|EASI|SCORAD|urine|protein|"
    r"hemoglobin|neutrophil|platelet|leukocyte|lymphocyte|cell|eosinophil|baseline|corrected)\s+){0,5}"
    rf"{_MEASURE}(?:\s*(?:/|and|or)\s*(?:AST|ALT|ALP))?(?:\s*\([A-Za-z0-9 /+-]{{2,24}}\))?(?:\s+(?:levels?|values?|counts?))?)"
)
_LIMIT = re.compile(
    rf"^{_NAME}\s*(?:of|is|are|was|must be|should be|:|,)?\s*(?P<limit>{_SIGN}\s*(?:\d|(?:the |institutional )?(?:ULN|upper limit)\b).*)$",
    re.IGNORECASE,
)
_PERFORMANCE = re.compile(
    r"^(?P<name>(?:(?:the )?eastern co-?operative oncology group(?:\s*\(ECOG\))?|ECOG|Karnofsky|Lansky|KPS)"
    r"[A-Za-z ()/-]{0,40}?)\s*(?:of|is|:|,)?\s*(?P<limit>(?:(?:grade|a)\s+)?"
    rf"(?:{_SIGN}\s*)?\d.*)$",
    re.IGNORECASE,
)
_TWO_SIDES = re.compile(r"^(?P<low>(?:≥|>=|>)\s*\d+)\s*(?P<high>(?:≤|<=|<)\s*\d)")


#: A length of time, or another thing behind the limit ("and a BMI of").
_NO_LIMIT = re.compile(r"^over \d+ (?:days|weeks|months)|\band an? ", re.IGNORECASE)
#: A name in capitals: "Asthma Control Test".
_TITLE = re.compile(r"(?!(?:Serum|Total|Specific|Mean)\b)[A-Z][a-z]+ [A-Z][a-z]")
#: Two figures, or one in the plural.
_MANY = re.compile(
    r"\band\b(?!.*\b(?:score|index|scale|ratio|level|test|volume|time)$)|(?:ases|cytes|phils|lets|levels|values|counts)$",
    re.IGNORECASE,
)
#: With what the name of another figure of a person begins; what begins otherwise may be a dog's, a
#: drug's or a hospital's.
_OF_A_BODY = (
    r"(?i:(?:the|an?|elevated)\s+){0,2}(?:[A-Z][\w-]*[A-Z0-9][\w-]*|(?:[A-Z][\w-]+ )+(?:Test|Scale|Score|Questionnaire|Index|Inventory)\b|(?i:peak|programmed|(?:pre|post)[ -]?(?:bronchodilator|BD|dose)|"
    r"blood|shortening|absolute|total|serum|plasma|international|corrected|cardiac|heart|ejection|left|right|ventricular|oxygen|arterial|"
    r"venous|finger|pulse|urine|urinary|fasting|random|resting|mean|estimated|measured|calculated|baseline|screening|forced|asthma|"
    r"(?:sino-?)?nasal|urticaria|eczema|investigator['’]?s|peanut|birch|milk|egg|(?:[a-z0-9-]+ )?[a-z0-9-]+[ -]specific|specific|systolic|diastolic|"  # noqa: RUF001
    r"body|h(?:a)?ematocrit|creatinine|glomerular|age-adjusted|peripheral|white|red|uracil|(?:two|one)-hour|tumou?r|waist|lung|liver|"
    r"bone|skin|pain|fatigue|disability|performance|Karnofsky|Lansky|Eastern|cholesterol|triglyceride|ferritin|vitamin|"
    r"testosterone|cortisol|insulin|lactate|glucose|weight|symptom)\b)"
)
_ANY_LIMIT = re.compile(
    rf"^(?P<name>(?={_OF_A_BODY})(?i:(?:(?!(?:with|who|that|has|have|had|is|are|and|or|if|for|of|to|in|on|at|by|patients?|subjects?|participants?|child|"
    r"any|no|not|without|part|group|cohort|for|history|use|using|receiving|exclusion|excluding|increase|decrease|change|either|both|"
    r"minimum|maximum|demonstrated|documented|drug|dose|hospital|animal|dog|cat)\b)[\w'’/(;)-]+\s+){0,6}?"  # noqa: RUF001
    r"(?:score|level|count|index|titer|concentration|volume|fraction|clearance|FEV1|FVC|IgE|interval|saturation|weight|BMI|pressure|rate|"
    r"hematocrit|thickness|ratio|glucose|nitrogen|DLCO|PEF)"
    rf"(?:\s*\([A-Za-z0-9 /+;-]{{2,24}}\))?))\s*(?i:of|is)?\s*(?P<limit>(?i:{_SIGN})\s*\d.*)$"
)
#: "Platelets ≥ 75 and hemoglobin ≥ 8": the later names want their verb too.
_LATER_LIMIT = re.compile(
    r"(?P<joint>, (?:and |or )?| (?:and|or|AND|OR) )(?P<name>(?!(?:at|on|in|within|for|of|is|are|to|without|with|after|before|than|by|no|not|if|when|from|during|until)\b)[A-Za-z][\w ()/-]{0,38}?[\w)])(?<! is)(?<! are)(?<! of) ?(?P<sign>[≥≤]|[<>] ?=?)(?= ?\d)"
)


def with_limit(text: str) -> str:
    """Return "Hemoglobin ≥ 9 g/dL" as "Your hemoglobin is ≥ 9 g/dL", else nothing."""
    found = _LIMIT.match(text) or _PERFORMANCE.match(text) or _ANY_LIMIT.match(text)
    if not found or found["name"].count("(") != found["name"].count(")"):
        return ""
    if " not " in found["name"] or has_main_verb(found["limit"]):
        return ""
    if _NO_LIMIT.search(found["limit"]) or OF_OTHERS.search(text):
        return ""
    limit = _TWO_SIDES.sub(r"\g<low>, \g<high>", found["limit"])
    return your(found["name"], _LATER_LIMIT.sub(r"\g<joint>\g<name> is \g<sign>", limit))


def your(name: str, limit: str) -> str:
    """Return "Your hemoglobin is ≥ 9 g/dL" of a figure's name and its limit."""
    name = re.sub(r"^(?:the|an?) ", "", name.strip(), flags=re.IGNORECASE)
    name = name if _TITLE.match(name) else small(name)
    many = _MANY.search(BRACKETS.sub("", name).strip())
    return f"Your {name} {'are' if many else 'is'} {limit}"


_AND = re.compile(r"(?:and|or) ", re.IGNORECASE)


def later_limit(bare: str) -> str:
    """Return a limit behind the first as that is said, "and your ... is ...", else nothing."""
    joint = _AND.match(bare)
    said = with_limit(bare[joint.end() :] if joint else bare)
    return f"{joint.group()}y{said[1:]}" if joint and said else said


#: "If total bilirubin ≤ 3 x ULN" has no verb.
_IF_LIMIT = re.compile(
    r"\b(?P<lead>(?i:if|in case) (?:either |the |your )?(?P<name>(?!(?:is|are|was|were|the|on|at|in|of|not|no|only|less|more|with)\b)[A-Za-z][\w-]*(?: (?!(?:is|are|was|were|has|have|had|be|"
    r"of|to|by|at|for|with|in|on|than)\b)[\w()/-]+){0,3})) ?(?=[≥≤<>])"
)


def with_verb_behind_if(text: str) -> str:
    """Return "if total bilirubin ≤ 3" as "if total bilirubin is ≤ 3"."""
    return _IF_LIMIT.sub(
        lambda one: f"{one['lead']} {'are' if _PLURAL.search(one['name']) else 'is'} ", text
    )


_PLURAL = re.compile(r"[^\Wsui]s$")
