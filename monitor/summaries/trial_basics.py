"""How a study stands, what it is about, its stage and size, whom it is for, what it measures."""

from monitor.registry.record import Study
from monitor.registry.record.scientific import Outcome
from monitor.summaries import labels
from monitor.summaries.numbers import counted
from monitor.summaries.prose import clean, full_stop, paragraphs, quote, quote_end, some, tidy_name
from monitor.summaries.slips import slips_in
from monitor.summaries.stages import stage_sentences
from monitor.summaries.status import STOPPED, status_words
from monitor.summaries.timing import age_range, when
from monitor.summaries.why_stopped import REASON_GIVEN, reason_sentences

Lines = tuple[str, ...]

#: Characters of the study's own summary shown; the rest stays in the record.
OWN_WORDS = 1_800
_NAME = 200
_CONDITIONS = 8
_OUTCOMES = 8


def _said(*lines: str) -> Lines:
    return tuple(line for line in lines if line)


def title_lines(study: Study) -> Lines:
    """Return the titles in the study team's own words."""
    titles = study.identification
    short, full = clean(titles.brief_title), clean(titles.official_title)
    return _said(
        f"The study team calls it: {quote_end(short)}" if short else "",
        f"The full title is: {quote_end(full)}" if full and full != short else "",
        f"Its short name is {quote_end(titles.acronym, 80)}" if clean(titles.acronym) else "",
        *_slips(study, (short, full)),
    )


def _slips(study: Study, titles: Lines) -> Lines:
    """Return a note on a word of the titles that seems to have lost its end."""
    told, arms = study.description, study.arms
    texts = (
        told.brief_summary,
        told.detailed_description,
        study.eligibility.eligibility_criteria,
        *study.conditions.conditions,
        *study.conditions.keywords,
        *(part for drug in arms.interventions for part in (drug.name, drug.description)),
        *(part for group in arms.arm_groups for part in (group.label, group.description)),
    )
    found = slips_in(titles, (text for text in texts if text))
    return tuple(
        f'"{word}" in the title may be a slip: elsewhere the record says "{whole}".'
        for word, whole in found
    )


def _left_over(reason: str) -> str:
    """Return the reason of a stop that is over, or was never said, as no reason for today's status."""
    return reason.replace(REASON_GIVEN, "The record also holds a reason for a stop:", 1)


def status_lines(study: Study) -> Lines:
    """Return how the study stands today, why it stopped, and how fresh that is."""
    status = study.status
    words = status_words(status.overall_status)
    last = status.last_known_status if status.overall_status == "UNKNOWN" else None
    reason = reason_sentences(status.why_stopped)
    return _said(
        words.today,
        reason if status.overall_status in STOPPED else _left_over(reason),
        f"The last status the study team gave was: {status_words(last).name}." if last else "",
        words.meaning,
        *_freshness(study),
    )


def _freshness(study: Study) -> Lines:
    checked = study.status.status_verified_date
    posted = study.status.last_update_post_date_struct
    return _said(
        f"The study team last checked this record {when(checked)}."
        if checked
        else "The record does not say when it was last checked.",
        f"The last change was posted {when(posted.date)}." if posted and posted.date else "",
    )


def about_lines(study: Study) -> Lines:
    """Return the illnesses studied, the aim, and the study's own summary as a quotation."""
    conditions = [tidy_name(condition) for condition in study.conditions.conditions]
    design = study.design.design_info
    aim = labels.PURPOSES.get((design.primary_purpose if design else None) or "")
    return _said(
        full_stop(f"It is about: {some(conditions, _CONDITIONS)}") if conditions else "",
        f"The main aim is to {aim}." if aim else "",
        *own_words(study.description.brief_summary),
    )


def own_words(markup: str | None) -> Lines:
    """Return a text of the study as quotations, a paragraph each, up to a bound."""
    lines: list[str] = []
    room = OWN_WORDS
    for text in paragraphs(markup):
        if room <= 0:
            lines.append("There is more in the record.")
            break
        lines.append(quote(text, room))
        room -= len(text)
    return ("Here is what it is about, in the study's own words:", *lines) if lines else ()


def stage_lines(study: Study) -> Lines:
    """Return the stage, how a study without treatment looks at people, and who oversees it."""
    design = study.design.design_info
    return _said(
        stage_sentences(study.design.phases, study.design.study_type),
        labels.OBSERVATIONAL_MODELS.get((design.observational_model if design else None) or "", ""),
        labels.TIMES.get((design.time_perspective if design else None) or "", ""),
        "The U.S. FDA oversees a drug in this study."
        if study.oversight.is_fda_regulated_drug
        else "",
        "The U.S. FDA oversees a device in this study."
        if study.oversight.is_fda_regulated_device
        else "",
    )


def size_lines(study: Study) -> Lines:
    """Return how many people are planned or joined."""
    size = study.design.enrollment_info
    if size is None or size.count is None:
        return ()
    people = counted(size.count, "person")
    if size.type == "ESTIMATED":
        return (f"The study plans for {people}.",)
    if size.type == "ACTUAL":
        return (f"{people} joined." if size.count else "No one joined.",)
    doubt = "It does not say if this is a plan or a final count."
    if size.type:
        doubt = f"It marks this number as {quote(size.type, 40)}."
    return (f"The record gives a size of {people}. {doubt}",)


def person_lines(study: Study) -> Lines:
    """Return age, sex and healthy people from the structured fields."""
    rules = study.eligibility
    ages = age_range(rules.minimum_age, rules.maximum_age)
    return _said(
        f"The study is for people {ages}." if ages else "",
        _sex(rules.sex),
        _healthy(rules.healthy_volunteers),
        f"The study team says of gender: {quote_end(rules.gender_description)}"
        if clean(rules.gender_description)
        else "",
        f"The study team says of the people it looks at: {quote_end(rules.study_population)}"
        if clean(rules.study_population)
        else "",
    )


def _sex(sex: str | None) -> str:
    if not sex:
        return ""
    if sex in ("FEMALE", "MALE"):
        return f"It is only for {labels.SEXES[sex]}."
    return f"It is for {labels.label(labels.SEXES, sex)}."


def _healthy(healthy: bool | None) -> str:  # noqa: FBT001 - the registry's own yes or no
    if healthy is None:
        return ""
    return f"The rules {'' if healthy else 'do not '}let healthy people join."


def outcome_lines(study: Study) -> Lines:
    """Return the main things measured and when, in the study's own words."""
    outcomes = study.outcomes.primary_outcomes
    more = len(outcomes) - _OUTCOMES
    return _said(
        *(_outcome(outcome) for outcome in outcomes[:_OUTCOMES]),
        f"The record lists {counted(more, 'more main thing')}." if more > 0 else "",
        *_other_outcomes(study),
    )


def _outcome(outcome: Outcome) -> str:
    time = clean(outcome.time_frame)
    at = f" Time: {quote_end(time, _NAME)}" if time else ""
    return f"{quote_end(outcome.measure, _NAME * 2)}{at}"


def _other_outcomes(study: Study) -> Lines:
    others = len(study.outcomes.secondary_outcomes) + len(study.outcomes.other_outcomes)
    return (f"It measures {counted(others, 'other thing')} too.",) if others else ()


def sponsor_lines(study: Study) -> Lines:
    """Return who runs and pays, and the people who lead."""
    sponsors = study.sponsors
    lead = clean(sponsors.lead_sponsor.name) if sponsors.lead_sponsor else ""
    helpers = [tidy_name(helper.name) for helper in sponsors.collaborators]
    officials = [
        f"{', '.join(part for part in (clean(person.name), clean(person.affiliation)) if part)} "
        f"({labels.label(labels.ROLES, person.role, 'lead')})"
        for person in study.contacts.overall_officials
        if clean(person.name)
    ]
    return _said(
        f"The sponsor is {lead.rstrip('.')}. A sponsor is the one who runs or pays for the study."
        if lead
        else "",
        full_stop(f"Others who help to run or pay for it: {some(helpers, _CONDITIONS)}")
        if helpers
        else "",
        *(f"{person}." for person in officials[:_CONDITIONS]),
    )
