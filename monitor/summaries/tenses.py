"""The tense of a sentence about the reader: what fell into a time that is over is told as past.

"You have an infection within the last six weeks" would seem to ask how one is today. Only where
the time can be meant for the verb: behind a "that", a "with" or a list it may belong to a part.
"""

import re

from monitor.summaries.brackets import BRACKETS

_PAST = {
    "have": "had",
    "are": "were",
    "use": "used",
    "take": "took",
    "need": "needed",
    "require": "required",
    "receive": "received",
    "get": "got",
    "smoke": "smoked",
}
_UNIT = r"(?:minutes?|hours?|days?|weeks?|wks?|months?|years?|yrs?|half[- ]li(?:fe|ves)|visits?)"
_COUNT = r"(?:(?:approximately|about|at least|less than|the|a|an|\w+|\d+(?:\.\d+)?)(?: \(\w+\))?[ -](?:to \d+ |or \d+ )?){1,3}"
#: A time that is over when somebody joins.
_OVER = re.compile(
    rf"\b(?:(?:(?:with)?in|during|over|for) (?:the )?(?:past|last|previous|preceding)\b"
    rf"|within {_COUNT}{_UNIT}(?: or \d+ half-li(?:fe|ves)[^,;]*?)? (?:prior to|before|preceding|of (?=(?:screening|baseline|enrol|joining|signing|consent|entry)))"
    rf"|(?:in|during) the {_COUNT}{_UNIT} (?:prior to|before|preceding)"
    rf"|less than {_COUNT}{_UNIT} (?:prior to|before|ago))",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"^(?P<you>(?:(?:Or|And) y|Y)ou )(?P<verb>{'|'.join(_PAST)}) (?P<head>.+)$", re.DOTALL
)
#: What is perfect already, or tells more than one time.
_PERFECT = re.compile(
    r"(?:had|been|received|taken|used|undergone|gotten|smoked|experienced|not|never|ever|now|currently|also|still|only|"
    r"(?:good )?enough|adequate|acceptable|sufficient|normal|donated|participated|travell?ed|consumed|completed|failed|developed|addicted|indwelling|self-reported|vaccinations?|on|"
    r"willing|unwilling|able|unable|expected|likely|unlikely|planning|allergic|aged?|[a-z]+ing to|at|free|to|in need|known to|scheduled|"
    r"required|allowed|permitted|eligible|excluded|included|considered|exempt)\b"
    r"|(?:\d|at least \d+ years|between)",
    re.IGNORECASE,
)
#: What the time may belong to in place of the verb.
_BINDS = re.compile(
    r"\b(?:that|which|who|whom|whose|if|unless|when|where|while|because|without|despite|treated|managed|obtained|collected|"
    r"before|prior to|after|followed|until|since|diagnosed|documented|confirmed|proven|defined|measured|recorded|performed|completed|"
    r"indwelling|and (?:an?|at least|medical|documented|evidence|proof|signs)|needs? to|must|should|is not|are not|"
    r"history|histories|positive|negative|stable|and have|or have|no longer|controlled|documentation|naive|scheduled|planned|expected|recovered|resolved|"
    r"agree|or are|or use|or take|or need|or receive|and are|increase|increased|decrease|change|changes|changed|started|initiated|as (?:judged|defined|evidenced|shown|measured|determined))\b|[:;]",
    re.IGNORECASE,
)
#: An illness that comes and goes; what it needed was needed then.
_COMES = re.compile(
    r"\b(?:infections?|exacerbations?|flare-ups?|events?|bleeding|episodes?|attacks?|reactions?|illness|surgery|hospitali[sz]ations?)\b",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:with|requiring|needing)\b", re.IGNORECASE)
#: How somebody is now; in a list the time behind it is not meant for this.
_NOW = re.compile(
    r"\b(?:current|currently|ongoing|known|chronic|uncontrolled|unstable|persistent|untreated|unresolved|symptomatic|congenital|"
    r"intolerance|allerg\w+|asthma|diabetes|hypertension|disorders?|insufficiency|failure|HIV|hepatitis|immunodeficiency|cirrhosis|dependence|addiction)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"[,;/]|\b(?:or|and|and/or|nor)\b", re.IGNORECASE)
#: A time that is still to come beside the one that is over.
_TO_COME = re.compile(
    r"\b(?:currently|now|concomitantly|concurrently|at the same time) (?:or|and)\b|\bor (?:during|for|after|while|throughout) (?!the (?:screening|run-in|baseline|up-dosing))",
    re.IGNORECASE,
)
#: Things behind the time, which have another: "within 2 weeks, or chronic disease".
_MORE = re.compile(
    r"(?:[,;]|\b(?:or|and|and/or|but)\b)(?!\s*$| (?:as |between|and between|or between|during|after|before|at|within|until|for|the|first|longer|whichever|\d|day|screening|baseline|throughout|up to|while|on|in|dosing|randomi|enrol|study)\b)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"\b(?:except|excluding|other than|unless|such as|including)\b", re.IGNORECASE
)
#: "Chronic or active infection" is one thing, and angina that is called unstable comes and goes.
_ONE_THING = re.compile(
    r"\b(?:chronic|acute|active|severe|serious|bleeding|thrombotic|recent|viral|bacterial|upper|lower)(?: or |, |/)(?=(?:chronic|acute|active|severe|"
    r"thrombotic|bacterial|viral|fungal|lower|uncontrolled|uncontrollable|serious|other|uncontrolled)\b)"
    r"|\b(?:chronic|acute|active|severe)(?= (?:acute|active|chronic|severe|infections?)\b)|\bunstable (?=angina)",
    re.IGNORECASE,
)


#: An illness that has lasted up to now: "asthma for at least 6 months".
_LASTS = re.compile(
    r"^You have (?P<what>(?:(?!\b(?:had|history|treat\w*|needing|unless|with|despite|before|no|not|on|in|as)\b)[^,;:()\d])*"
    r"\b(?:diagnosis|asthma|urticaria|dermatitis|eczema|rhinitis|\w*conjunctivitis|sinusitis|hives|CSU|CU|COPD)\b"
    r"(?:(?!\b(?:history|treat\w*|unless|with|despite|no|not|on|in)\b)[^,;:()\d])* for (?:at least|more than|over) \d+ "
    r"(?:days|weeks|months|years?)(?: (?:at|before) \w+(?: \d)?)?\.?)$"
)
#: How a deed is told that is over.
_DONE = {
    "are using": "used",
    "are undergoing": "underwent",
    "are participating in": "took part in",
    "are taking part in": "took part in",
}
_DOING = re.compile(rf"^You (?P<deed>{'|'.join(_DONE)}) ")


def done_in_its_time(line: str) -> str:
    """Return "You are receiving X within ..." as "You received X within ...", else nothing."""
    past = in_its_time(line)
    if past == line:
        return ""
    deed = _DOING.match(line)
    return f"You {_DONE[deed['deed']]} {line[deed.end() :]}" if deed else past


def in_its_time(line: str) -> str:
    """Return "You have X within the last month" as "You had X within the last month".

    Args:
        line: One sentence, before the lexicon or after it; as it is where it is not sure that the
            time is the verb's.
    """
    if " for " in line and (lasts := _LASTS.match(line)):
        return f"You have had {lasts['what']}"
    found = _SAID.match(line)
    if not found or _PERFECT.match(found["head"]):
        return line
    rest = BRACKETS.sub(lambda one: " " * len(one.group()), found["head"])
    time = _OVER.search(rest)
    if time is None or _reaches_a_part(rest[: time.start()]):
        return line
    if _MORE.search(_LEFT_OUT.split(rest[time.end() :])[0]) or _TO_COME.search(rest):
        return line
    return f"{found['you']}{_PAST[found['verb']]} {found['head']}"


def _reaches_a_part(head: str) -> bool:
    """Say whether the time behind ``head`` may be meant for less than all of it."""
    with_what = _WITH.search(head)
    if _BINDS.search(head) or (with_what and not _COMES.search(head[: with_what.start()])):
        return True
    if re.match(r"[a-z]+ing\b", head) and re.search(r"\b(?:or|and) (?:any|other|an?|the)\b", head):
        return True
    head = _ONE_THING.sub("", head)
    return bool(_JOINT.search(head) and _NOW.search(head))
