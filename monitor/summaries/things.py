"""A rule that names one thing and is no sentence, said to the reader: "Active tuberculosis".

"You have", "Your ... is", "You used": what is put before the thing says no more than that the rule
is about the reader. Only where the head noun is known and the rule has no verb of its own; what is
left stays a line of the list. ``frames`` calls it when no other form fits.
"""

import re

from monitor.summaries.agreement import ends_in_a_state, with_article
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.turns import has_main_verb

_ADJECTIVES = (
    r"(?:(?:any|other|known|active|current|recent|ongoing|severe|serious|significant|major|chronic|acute|"
    r"uncontrolled|unstable|untreated|symptomatic|concurrent|concomitant|suspected|confirmed|documented|"
    r"poorly controlled|poorly-controlled|inadequately controlled|clinically significant|clinically relevant|"
    r"clinically important|clinically active|medically significant|congenital|persistent|recurrent|"
    r"life-threatening|moderate|decompensated|congestive|abnormal|unresolved|systemic|autoimmune|bacterial|"
    r"viral|fungal|inflammatory|malignant|metastatic|advanced|progressive|psychiatric|mental|physical|"
    r"underlying|pre-existing|preexisting|coexisting|intercurrent|relevant|important|infectious|cardiac|"
    r"cardiovascular|pulmonary|hepatic|renal|liver|kidney|heart|lung|neurologic(?:al)?|gastrointestinal|"
    r"metabolic|endocrine|hematologic(?:al)?|respiratory|immunologic(?:al)?|allergic|atopic|primary|secondary|"
    r"interstitial|peripheral|unresectable|invasive|locally advanced|end-stage|central nervous system|CNS|"
    r"thyroid|bleeding|skin|eye|brain|peptic|venous|arterial|ischemic|valvular|coronary|solid|measurable|"
    r"evaluable|perennial|seasonal|persisting|stable|mild|poor),?\s+(?:(?:or|and|and/or|to)\s+)?)"
)
_ILLNESS = (
    r"(?:diseases?|disorders?|illness(?:es)?|infections?|cancers?|malignanc(?:y|ies)|tumou?rs?|neoplasms?|"
    r"conditions?|failure|insufficiency|impairment|dysfunction|hypertension|diabetes|asthma|eczema|syndromes?|"
    r"allerg(?:y|ies)|hypersensitivity|intolerance|angina|arrhythmias?|epilepsy|depression|tuberculosis|"
    r"metastas[ei]s|abnormalit(?:y|ies)|symptoms|infarction|lesions?|ulcers?|effusions?|ascites|"
    r"sinusitis|rhinitis|dermatitis|hepatitis|pneumonia|pneumonitis|pancreatitis|colitis|immunodeficiency|"
    r"urticaria|sepsis|cirrhosis|neuropathy|anemia|retinopathy|coagulopathy|encephalopathy|carcinoma|lymphoma|"
    r"leukemia|melanoma|sarcoma|psoriasis|COPD|NSCLC|SCLC|HIV|wounds?|fractures?|bleeding)"
)
_END = (
    r"(?=$|[,;(]|\s+(?:that|which|who|with|without|requiring|needing|within|in|at|during|on|of|not|other|"
    r"including|such|defined|as|due|caused|associated|affecting|severely|mellitus|prior|before|under|likely|or|and|and/or|to|"
    r"infections?|diseases?|disorders?)\b)"
)
#: Words that stand in no name of an illness before its noun: what holds one is another form.
_IN_NO_NAME = (
    r"(?!(?:and|or|of|in|on|by|to|for|with|without|from|no|not|non|the|an?|all|each|is|are|be|being|has|have|having|had|who|that|which|"
    r"if|at|as|than|until|during|before|after|within|prior|previous|family|use|using|treatment|therapy|patients?|subjects?|participants?|"
    r"parents?|child|children|maternal|mothers?|infants?|fathers?|siblings?|relatives?|donors?|partners?|member|part|group|cohort|arm|"
    r"adequate|normal|acceptable|good|stage|grade|possible|positive|negative|only|exclude|including|received|receiving|taking|under|"
    r"women|men|males?|females?|persons?|people|individuals?|adults?|subject's|must|should|study|primary endpoint|eligible|due|history|"
    r"diagnosis|diagnosed|this|these|it|develop|developed|receive|require|requires|need|needs|present|presents|presence|fail|sign|provide|meet|meets|shows?|indicates?|exceeds?|includes?|histologically|cytologically|pathologically|clinically|confirmed by|relapse|progression|number|absence|lack)\b)"
)
_ENDINGS = (
    r"[A-Za-z-]{3,}(?:itis|(?<!diagn)(?<!progn)osis|oses|[ae]emia|[^s]pathy|pathies|omas?|penia|plasia|trophy|plegia|rrhea|edema|algia|ectasis|ectasia|"
    r"sclerosis|opia|uria)(?!\w)"
)
_MORE_ILLNESS = (
    r"(?:HIV|AIDS|COPD|NSCLC|SCLC|ILD|GERD|anaphylaxis|malabsorption|stroke|dementia|obesity|emphysema|fibrosis|deficienc(?:y|ies)|thrombosis|"
    r"embolism|polyps?|exacerbations?|seizures?|schizophrenia|psychosis|alcoholism|addiction|dependence|disabilit(?:y|ies)|dysphagia|"
    r"h(?:a)?emorrhage|hypercoagulability|glaucoma|cataracts?|urticaria|angioedema|eosinophilia|wheezing|fever|obstruction|perforation|"
    r"fistulas?|abscess|contraindications?|shock|blindness|reactions?|toxicit(?:y|ies)|symptoms|metastatic disease|scars?|tattoos?)"
)
_ILL = re.compile(
    rf"^(?P<thing>(?:{_ADJECTIVES}{{1,5}}(?:[a-z-]+\s+)?|(?:{_IN_NO_NAME}[A-Za-z][\w'’/-]*,?\s+(?:(?:or|and|and/or)\s+)?){{0,5}}?)"  # noqa: RUF001
    rf"(?:{_ILLNESS}|{_MORE_ILLNESS}|{_ENDINGS}){_END}.*)$",
    re.IGNORECASE,
)
#: Things of another kind later in the list: "you have" would not fit them.
_OTHER_KIND = re.compile(
    r"(?:,|\b(?:or|and|and/or)\b)\s*(?:(?:a|an|the|any|known|current|concurrent|prior|previous|planned|other|"
    r"is|are|systemic|recent|concomitant)\s+)*"
    r"(?:use|usage|history|treatment|therapy|pregnan\w+|breast|lactat\w+|unable|inability|unwilling\w*|taking|"
    r"receiving|received|planning|intending|intention|wishing|participation|need|requirement|presence|absence|evidence|patients?|subjects?|"
    r"participants?|surgery|hospitali\w+|smok\w+|exposure|being|having|has|have|planned|undergoing|positive|negative|aged|"
    r"those|no|not|receipt|administration|anticipat\w+|if|when|who|in|at|with)\b|(?<!that )(?<!which )\boccurr\w+",
    re.IGNORECASE,
)
_WINDOW = (
    r"\b(?:within|in the (?:past|last|previous)|during the (?:past|last|previous)|(?:weeks?|days?|months?|years?)\s+"
    r"(?:prior|before|preceding)|less than \d+ \w+ (?:prior|before))\b"
)
_IN_THE_PAST = re.compile(_WINDOW, re.IGNORECASE)
_ARTICLE = re.compile(
    r"^(?:(?:positive|negative)\b.*?\b(?:test|result|reaction|culture|challenge|SPT|DBPCFC|response)\b(?! (?:results|reactions|tests)\b)"
    r"|(?:acute )?myocardial infarction\b"
    rf"|(?!any\b){_ADJECTIVES}{{1,5}}(?:allergy|syndrome|ulcer|wound|fracture|tumor|tumour|lesion|abnormality|"
    r"infarction|metastasis|arrhythmia)\b)",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"^(?P<thing>(?:positive|negative)\s+(?!or\b|and\b|for\b|to\b)(?:[\w()/.-]+\s+){0,7}?"
    r"(?:tests?|results?|reactions?|cultures?|challenges?|serology|SPTs?|DBPCFC|responses?)\b"
    r"(?!.*\b(?:for|in) (?:all |any )?(?:fe)?(?:males?|wom[ae]n|participants|patients|subjects|children)\b).*)$",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"^(?P<thing>(?:(?:(?:significant|smoking|family|past|prior|known|psychiatric|personal|relevant)\s+)+(?:medical\s+)?history\b"
    r"|at least (?:one|1|two|2)\s+(?:[a-z-]+\s+){0,3}(?:lesions?|symptoms?|episodes?|exacerbations?)"
    r"|(?:evidence|signs|symptoms) of"
    r"|(?:histologically|pathologically|cytologically)[ ,-](?=.*\b(?:cancers?|carcinomas?|tumou?rs?|"
    r"lymphoma|melanoma|neoplasms?|malignanc(?:y|ies)|disease|[A-Z]{2,}[\w-]*)\b))\b.*)$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?P<thing>(?:any\s+)?(?:prior|previous)\s+(?:[a-z-]+\s+){0,3}(?:treatments?|therap(?:y|ies)|chemotherapy|"
    r"radiotherapy|radiation|immunotherapy|surgery|transplant(?:ation)?|exposure)\b.*)$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"^(?P<thing>(?:(?:any|major|recent|other)\s+){0,2}(?:surgery|surgical procedures?|treatment with|"
    r"radiotherapy|radiation therapy|chemotherapy|blood transfusions?|myocardial infarction|vaccination with)\b.*)$",
    re.IGNORECASE,
)
_USE = re.compile(r"^(?:the )?use of (?!and|or\b)(?P<thing>.+)$", re.IGNORECASE)
_GETTING = re.compile(r"^receipt of (?P<thing>.+)$", re.IGNORECASE)
_TAKING_PART = re.compile(
    r"^(?:any )?(?P<deed>(?:current |concurrent |simultaneous )?participation in) (?P<thing>.+)$",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"^(?:any )?enroll?ment (?:in|into) (?P<thing>(?:another|any other|an?|other)\b.+)$",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"^no (?P<thing>(?:(?:known|evidence|active|history|signs?|symptom\w*|prior|previous|current|concurrent|"
    r"concomitant|other|clinically significant|clinical evidence|uncontrolled|significant|past|ongoing|untreated)"
    r"\b.+|contraindications?.*))$",
    re.IGNORECASE,
)


#: "Adequate organ function, defined as:" is had whatever stands behind it.
_WORKS = re.compile(
    r"^(?P<thing>(?:adequate|acceptable|sufficient|normal|preserved|satisfactory|good|proper|appropriate) (?!(?:or|and)\b)(?:[A-Za-z/,&()-]+ ){0,7}?"
    r"(?:functions?|reserves?)\b(?! (?:tests?|values?|results?|studies)\b).*)$",
    re.IGNORECASE,
)
_NO_THING = re.compile(
    r"failure to\b|.*\b(?:allowed|permitted)$|.*\b(?:should|must) be\b|(?:the )?use of .*\bby (?!mouth\b)",
    re.IGNORECASE,
)


def said_of_you(text: str, section: str) -> str:
    """Return a rule that is one thing with what makes it a sentence about the reader, else nothing.

    Args:
        text: A first sentence of the source without its full stop.
        section: In a list of what keeps people out, "no ..." is left alone.
    """
    if found := _WORKS.match(text):
        return "" if has_main_verb(text) else f"You have {small(found['thing'])}"
    if has_main_verb(text) or text.rstrip().endswith((":", " and", " or")) or _NO_THING.match(text):
        return ""
    found = _NONE.match(text) or _NO_MORE.match(text)
    if found:
        return "" if section == "exclusion" else _none(found["thing"])
    if _OTHER_KIND.search(text) or OF_OTHERS.search(text) or ends_in_a_state(text):
        return ""
    for pattern in (_ILL, _TEST, _SOME):
        if (found := pattern.match(text)) and not _TAKEN.search(text):
            return f"You {_have(text)} {_with_a(small(found['thing']))}"
    return _deed(text)


#: "Disease or medication": one has the first and takes the second.
_TAKEN = re.compile(r"\b(?:or|and|and/or) (?:other )?medic(?:ation|ine)s?\b", re.IGNORECASE)


def _have(text: str) -> str:
    """Return the tense: one thing in a time before is told as past.

    Of several things the time may belong to one alone, and the others are meant as they are now.
    """
    return "had" if _IN_THE_PAST.search(text) and not _NOT_ONE_PAST.search(text) else "have"


_NOT_ONE_PAST = re.compile(
    r"[,;]|\b(?:or|and|and/or|current|currently|ongoing|known)\b", re.IGNORECASE
)
#: What is so now, behind a thing that is over.
_SO_NOW = re.compile(
    r"(?:[,;]|\b(?:or|and|and/or))\s+(?:[\w-]+\s+){0,3}?(?:uncontrolled|untreated|unstable|chronic|active|current|"
    r"ongoing|known|symptomatic|unresolved|persistent)\b",
    re.IGNORECASE,
)


#: The same of other things, where nothing stands beside them that is no such thing.
_NO_MORE = re.compile(
    r"^(?:no (?=(?:acute|chronic|underlying|recurrent|autoimmune|severe|serious|major|allerg\w+|measurable)\b)|(?:the )?absence of )"
    r"(?P<thing>(?!either\b)(?!.*(?:\b(?:and|but|smoking|contraception|consent|family)\b|[≥≤<>])).+)$",
    re.IGNORECASE,
)


#: "No symptoms and normal results": "you have no" would seem to go on to what is well.
_WELL = re.compile(
    r"\b(?:and|or|but) (?:normal|adequate|good|acceptable|stable|sufficient)\b", re.IGNORECASE
)


def _none(thing: str) -> str:
    if _OTHER_KIND.search(thing) or _WELL.search(thing) or OF_OTHERS.search(thing):
        return ""
    past = re.match(r"(?:prior|previous|past)\b(?! history)", thing, re.IGNORECASE)
    return f"You have {'had ' if past else ''}no {thing}"


_STILL = re.compile(
    r"\b(?:currently|now|at present|concomitantly|concurrently|simultaneously) (?:or|and)\b|\bcurrent (?:or|and)\b",
    re.IGNORECASE,
)


def _deed(text: str) -> str:
    """Return the sentence for what was done: treatment, surgery, use, taking part."""
    past = _IN_THE_PAST.search(text) is not None and not _STILL.search(text)
    return _use(text, past=past) or _care(text, past=past)


def _use(text: str, *, past: bool) -> str:
    if found := _USE.match(text):
        return f"You {'used' if past else 'use'} {found['thing']}"
    if found := _TAKING_PART.match(text):
        if past:
            return "" if " " in found["deed"][:-3].strip() else f"You took part in {found['thing']}"
        return f"You are {small(found['deed'])} {found['thing']}"
    if found := _JOINING.match(text):
        return f"You {'' if past else 'have '}joined {found['thing']}"
    return ""


def _care(text: str, *, past: bool) -> str:
    if found := _GETTING.match(text):
        return f"You have received {found['thing']}"
    if found := _BEFORE.match(text):
        return f"You have had {small(found['thing'])}"
    if past and not _SO_NOW.search(text) and (found := _EVENT.match(text)):
        return f"You had {_with_a(small(found['thing']))}"
    return ""


def _with_a(thing: str) -> str:
    if _ARTICLE.match(thing):
        return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"
    return with_article(thing)


def small(thing: str) -> str:
    """Return a phrase with a small letter at its start; a name or short form keeps its own."""
    first = re.split(r"[\s,/-]", thing, maxsplit=1)[0]
    is_word = (first[1:].islower() and not _NAMES.match(thing)) or len(first) == 1
    return thing[0].lower() + thing[1:] if is_word else thing


#: Names of people, and capitals that the study gave to a whole name ("Ewing Sarcoma").
_NAMES = re.compile(
    r"(?:Karnofsky|Lansky|Chinese|Japanese|Asian|Ewing|Wilms|Hodgkin|Crohn|Alzheimer|Parkinson|Sj|Down|Gilbert|Stevens|Lynch|Graves|"
    r"Merkel|Kaposi|Barrett|Castleman|Behcet|Cushing|Addison|Marfan|Wegener|Kawasaki|Guillain|Churg|Raynaud|Hashimoto|Wilson|"
    r"Huntington|Waldenstr|Epstein|Langerhans|Ebola|German|European|English|French|African)|[A-Z][a-z]+['’]s"  # noqa: RUF001
)
