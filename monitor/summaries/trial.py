"""The whole trial in plain English, written anew from one version of its record.

Which parts there are and in which order is decided here; what each says, in the modules of the
parts; the rules for joining, by the criteria writer. Laying it out belongs to the carriers.
"""

from collections.abc import Callable

from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow
from monitor.domain.trial import NctId
from monitor.eligibility.tree import parse
from monitor.registry.parse import release_of
from monitor.registry.record import Study
from monitor.summaries.acronyms import short_forms
from monitor.summaries.criteria import plain_criteria
from monitor.summaries.lexicon import LEXICON_VERSION
from monitor.summaries.prose import clean
from monitor.summaries.questions import question_lines
from monitor.summaries.record_facts import facts_of, protected_names, record_of
from monitor.summaries.timing import date_words
from monitor.summaries.treatments import group_sentences, masking_sentences, treatment_sentences
from monitor.summaries.trial_basics import (
    about_lines,
    outcome_lines,
    person_lines,
    size_lines,
    sponsor_lines,
    stage_lines,
    status_lines,
    title_lines,
)
from monitor.summaries.trial_places import contact_lines, date_lines, place_lines, result_lines
from monitor.summaries.words import words_to_know

#: Sections in the order of reading: stable id, title, writer. An empty one is left out.
_SECTIONS: tuple[tuple[str, str, Callable[[Study], tuple[str, ...]]], ...] = (
    ("title", "Its name", title_lines),
    ("status", "Where it stands", status_lines),
    ("about", "What it is about", about_lines),
    ("stage", "Its stage", stage_lines),
    ("size", "How many people", size_lines),
    ("who-it-is-for", "Who it is for", person_lines),
    ("treatments", "Treatments", treatment_sentences),
    ("groups", "Groups", group_sentences),
    ("who-knows", "Who knows what is given", masking_sentences),
    ("main-outcome", "The main thing it measures", outcome_lines),
    ("places", "Places", place_lines),
    ("contacts", "Whom to call", contact_lines),
    ("dates", "Key dates", date_lines),
    ("results", "Results", result_lines),
    ("sponsor", "Who runs and pays", sponsor_lines),
    ("questions", "Questions to take to a doctor", question_lines),
)
#: Sections of names: short forms there are parts of names.
_NAMES = frozenset({"places", "contacts", "sponsor", "source"})
#: Stable ids of all sections, in the order of reading.
SECTION_IDS = (*(name for name, _, _ in _SECTIONS), "source")


def write_summary(study: Study, *, version: int) -> Summary:
    """Return the trial in plain English.

    Args:
        study: One version of the record.
        version: Its number, 0 when it is a file that is no stored version.

    Returns:
        The same for the same record, in any process. Nothing in it that the record does not say.
    """
    told = ((name, title, write(study)) for name, title, write in _SECTIONS)
    sections = tuple(
        SummarySection(id=name, title=title, sentences=lines)
        for name, title, lines in told
        if lines
    )
    rules = plain_criteria(
        parse(study.eligibility.eligibility_criteria), names=protected_names(study)
    )
    return Summary(
        nct_id=NctId(study.nct_id),
        version=version,
        lexicon_version=LEXICON_VERSION,
        title=clean(study.identification.brief_title) or study.nct_id,
        sections=(*sections, _source(study, version)),
        eligibility=rules,
        words_to_know=_words(study, sections, rules),
        facts=facts_of(study),
    )


def _words(
    study: Study, sections: tuple[SummarySection, ...], rules: tuple[PlainCriterion, ...]
) -> tuple[WordToKnow, ...]:
    told = [line for section in sections for line in section.sentences]
    plain = [line for rule in rules for line in rule.plain]
    sources = [rule.source for rule in rules]
    record = record_of(study, sources)
    prose = [line for part in sections if part.id not in _NAMES for line in part.sentences]
    found = (
        *words_to_know([*told, *plain], sources, record.foreign),
        *short_forms([*prose, *plain, *sources], record),
    )
    return tuple(sorted(found, key=lambda word: (word.term.lower(), word.term)))


def _source(study: Study, version: int) -> SummarySection:
    release = release_of(study)
    lines = (
        f"This was written from record {study.nct_id} on ClinicalTrials.gov.",
        f"It is version {version} of the record that we keep." if version else "",
        f"The registry gave it in its release of {date_words(release)}." if release else "",
        "This is not medical advice.",
    )
    told = tuple(line for line in lines if line)
    return SummarySection(id="source", title="Where this comes from", sentences=told)
