"""Sentences for changes of the record itself: results, papers, links, files, checks, damage."""

from monitor.domain.changes import Json
from monitor.summaries.prose import clean, quote, quote_end, shortened, speak
from monitor.summaries.scene import Scene, Told, at, count_at, raw_at, raw_of, text_at, text_of
from monitor.summaries.timing import date_words, months_words, when

_TEXT = 300
_NAME = 120
_RESULTS = "Ask your doctor what they mean."
_PARTS = {
    "participantFlowModule": "how many people went through the study",
    "baselineCharacteristicsModule": "who the people in the study were",
    "outcomeMeasuresModule": "what was measured",
    "adverseEventsModule": "health problems seen in the study",
    "moreInfoModule": "notes on the results",
}
_RETRACTED = "Ask your doctor before you trust what this paper says."
_LATE = "Ask the study team if this record is up to date."


def tell_results_posted(scene: Scene) -> Told:
    """Tell that results can be read."""
    if scene.new is None:
        return "Results are no longer on the registry. Before, they were.", ""
    posted = raw_at(scene.new, "first_posted")
    first = f"They were first posted {when(posted)}." if posted else ""
    return speak("Results are now on the registry.", first, "Before, there were none."), _RESULTS


def tell_results_updated(scene: Scene) -> Told:
    """Tell which part of the results changed."""
    part = _PARTS.get(scene.subject) or f"a part called {quote(scene.subject, _NAME)}"
    return f"The results on the registry were changed. The change is in: {part}.", _RESULTS


def tell_results_submitted(scene: Scene) -> Told:
    """Tell a new step of results on their way to the registry."""
    date = raw_of(scene.new)
    if scene.subject in _STEPS:
        if scene.new in (None, False):
            return f"The record no longer says this: {_STEPS[scene.subject]}", ""
        dated = f"This step has the date {date_words(date)}." if date else ""
        return speak(_STEPS[scene.subject], dated), ""
    kind, date = _last_step(scene.new)
    if kind is None and not scene.new:
        return "The record no longer lists results that are on their way. Before, it did.", ""
    if kind is None:
        return "There is news on results that are on their way. They are not posted yet.", ""
    step = _EVENTS.get(kind) or f"The registry lists a new step for the results: {quote(kind, 80)}."
    return speak(step, f"This step has the date {date_words(date)}." if date else ""), ""


#: Fields of the record that tell of results that are not posted yet.
_STEPS = {
    "results_first_submitted": (
        "The study team sent results to the registry. They are not posted yet."
    ),
    "delay_first_submitted": "The study team asked or gave notice to post results later.",
    "delayed_posting": "The registry notes that results may be posted later.",
    "results_waived": "The record now says that no results need to be posted.",
}
_EVENTS = {
    "RELEASE": "The study team sent results to the registry. They are not posted yet.",
    "RESET": "The registry sent the results back to the study team. They are not posted yet.",
    "UNRELEASE": "The study team took back the results it had sent to the registry.",
}


def _last_step(value: Json) -> tuple[str | None, str | None]:
    if isinstance(value, list | tuple) and value:
        return raw_at(value[-1], "type"), raw_at(value[-1], "date")
    return raw_at(value, "type"), raw_at(value, "date")


def tell_reference(scene: Scene) -> Told:
    """Tell a paper that came or went."""
    value = scene.old if scene.new is None else scene.new
    paper = quote_end(raw_at(value, "citation") or scene.subject, _TEXT)
    if scene.new is None:
        return f"A paper is no longer listed: {paper} Before, it was.", ""
    if (count_at(scene.new, "retractions") or 0) > (count_at(scene.old, "retractions") or 0):
        return f"A paper in this record is marked as taken back (retracted): {paper}", _RETRACTED
    if scene.old is not None:
        return f"The record changed what it says of a paper. It is now: {paper}", ""
    who = "The registry itself linked it." if scene.note("by_registry") is True else ""
    return speak(f"A paper was added to the record: {paper}", who), ""


def tell_link(scene: Scene) -> Told:
    """Tell a web page that came or went; its address stays in the record."""
    value = scene.old if scene.new is None else scene.new
    text = raw_at(value, "label")
    page = f": {quote_end(text, _NAME)}" if clean(text) else "."
    if scene.new is None:
        return f"A link to a web page is no longer listed{page}", ""
    if scene.old is None:
        return f"A link to a web page was added{page}", ""
    return f"A link to a web page has changed{page}", ""


def tell_document(scene: Scene) -> Told:
    """Tell a file that came, went or was replaced."""
    if scene.subject == "no_sap":
        says = "now says" if scene.new is True else "no longer says"
        return f"The record {says} that its files have no plan for the data (SAP).", ""
    value = scene.old if scene.new is None else scene.new
    name = quote(raw_at(value, "label") or scene.subject, _NAME)
    dated = f" It is dated {date_words(raw_at(value, 'date'))}." if raw_at(value, "date") else ""
    if scene.new is None:
        return f"A file is no longer on the registry: {name}. Before, it was.", ""
    if scene.old is None:
        return f"A file was added to the registry: {name}.{dated}", ""
    return f"A file on the registry has changed: {name}.{dated}", ""


def tell_reverified(scene: Scene) -> Told:
    """Tell that the team checked the record and changed nothing else."""
    checked = scene.subject.startswith("status_verified_date")
    date = raw_of(scene.new)
    first = (
        "The study team checked this record" if checked else "The study team sent this record in"
    )
    before = raw_of(scene.old)
    return speak(
        f"{first} {when(date)}." if date else f"{first} again.",
        f"The time before was {when(before)}." if before and before != date else "",
        "Nothing else has changed.",
    ), ""


def tell_damaged(scene: Scene) -> Told:
    """Tell that the record came damaged and was not compared."""
    reason = text_at(scene.new, "reason") or text_of(scene.new)
    return speak(
        "The registry gave a record of this study that looks damaged.",
        f"What is wrong: {quote_end(reason, _TEXT)}" if reason else "",
        "We kept the record from before and did not compare the two.",
    ), "Ask the study team how the study stands."


def tell_merged(scene: Scene) -> Told:
    """Tell the number under which the registry keeps the record now."""
    new, old = text_of(scene.new) or scene.subject, text_of(scene.old)
    was = f" Before, it was {shortened(old, 40)}." if old else ""
    return f"The registry now keeps this study under another number: {shortened(new, 40)}.{was}", ""


def tell_stale(scene: Scene) -> Told:
    """Tell that nobody has looked after the record for long."""
    verified = raw_at(scene.new, "verified")
    completion = raw_at(scene.new, "completion")
    past = at(scene.new, "why") == "past_completion" and completion is not None
    return speak(
        f"The study team has not checked this record in {_long(count_at(scene.new, 'months'))}."
        if verified
        else "The record does not say when the study team last checked it.",
        f"The last check was {when(verified)}." if verified else "",
        f"The end date it gives, {date_words(completion)}, is past." if past else "",
    ), _LATE


def _long(months: int | None) -> str:
    return months_words(months) if months and months > 0 else "a long time"
