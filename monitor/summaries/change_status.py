"""Sentences for changes of status: of the study, of its reason to stop, of expanded access."""

from monitor.domain.changes import Json
from monitor.summaries.numbers import counted, verb
from monitor.summaries.prose import clean, listed, quote, quote_end, speak
from monitor.summaries.scene import Scene, Told, at, count_at, raw_at, raw_of, text_of
from monitor.summaries.status import STOPPED, status_words
from monitor.summaries.timing import date_words, parts_of, when
from monitor.summaries.why_stopped import plain_reason, reason_sentences


def tell_status(scene: Scene) -> Told:
    """Tell how the study stands now and how it stood."""
    now = raw_of(scene.new)
    words = status_words(now)
    if scene.subject == "last_known_status":
        return _tell_last_known(now, raw_of(scene.old))
    sentence = speak(
        words.now,
        status_words(raw_of(scene.old)).before,
        _last_known(scene) if now == "UNKNOWN" else "",
        reason_sentences(raw_at(scene.difference.notes, "why_stopped")) if now in STOPPED else "",
        _open_places(scene) if now == "RECRUITING" else "",
    )
    return sentence, words.meaning


def _last_known(scene: Scene) -> str:
    last = raw_at(scene.difference.notes, "last_known")
    verified = raw_at(scene.difference.notes, "verified")
    return speak(
        f"The last status the study team gave was: {status_words(last).name}." if last else "",
        f"The study team last checked it {when(verified)}." if verified else "",
    )


def _tell_last_known(now: str | None, before: str | None) -> Told:
    return (
        f"The last status the study team gave is now listed as: {status_words(now).name}. "
        f"Before, it was listed as: {status_words(before).name}."
    ), "Ask the study team how it stands today."


def _open_places(scene: Scene) -> str:
    places = count_at(scene.difference.notes, "sites")
    opened = count_at(scene.difference.notes, "sites_open")
    if not places or opened is None:
        return ""
    if places == 1:
        return "Its place is open." if opened else "Its place is not open yet."
    if opened == places:
        return "All of its places are open now."
    return f"{opened:,} of its {counted(places, 'place')} {verb(opened, 'is', 'are')} open now."


def tell_why_stopped(scene: Scene) -> Told:
    """Tell the reason to stop that the team gives now, and the one it gave before."""
    old, new = raw_of(scene.old), raw_of(scene.new)
    if not new:
        return (
            "The study team no longer gives a reason for stopping. "
            f"Before, the reason was: {quote_end(old)}"
        ), ""
    if _came_with_stop(scene):
        return "The study team now gives a reason for stopping. It stands with the new status.", ""
    plain = plain_reason(new)
    return speak(
        f"The study team now gives {'another' if old else 'a'} reason for stopping: "
        f"{quote_end(new)}",
        f"In plain words: {plain}." if plain else "",
        f"Before, the reason was: {quote_end(old)}" if old else "Before, it gave no reason.",
    ), ""


def _came_with_stop(scene: Scene) -> bool:
    """Say whether the status moved as well, so that its sentence quotes the reason already."""
    now = scene.after.status.overall_status
    moved = now != scene.before.status.overall_status and now in STOPPED
    told = clean(scene.after.status.why_stopped) == text_of(scene.new)
    return moved and told and not scene.old


def tell_expanded_access(scene: Scene) -> Told:
    """Tell whether the treatment can be had outside of the study."""
    if scene.subject == "expanded_access_types":
        return _tell_access_types(scene), ""
    sentence = f"{_access(scene.new, 'now ')} {_access_before(scene.old)}"
    offered = at(scene.new, "available") is True
    return sentence, "Ask your doctor if this is right for you." if offered else ""


def _tell_access_types(scene: Scene) -> str:
    was, now = (_access_types(value) for value in (scene.old, scene.new))
    return speak(
        "The ways to get the treatment outside of a study have changed.",
        f"Now it is for: {now}." if now else "Now the record does not say for whom.",
        f"Before, it was for: {was}." if was else "Before, the record did not say for whom.",
    )


def _access_types(value: Json) -> str:
    kinds = {
        "individual": "single people",
        "intermediate": "groups of middle size",
        "treatment": "many people at once",
    }
    return listed([said for name, said in kinds.items() if at(value, name) is True])


def _access(value: Json, word: str) -> str:
    available = at(value, "available")
    if available is None:
        return f"The record {word}does not say if the treatment can be had outside of the study."
    if not available:
        return f"The record {word}says that the treatment cannot be had outside of the study."
    return (
        f"The record {word}says that the treatment can be had outside of the study "
        f"(expanded access).{_access_record(value)}"
    )


def _access_record(value: Json) -> str:
    number, status = raw_at(value, "nct_id"), raw_at(value, "status")
    if not number:
        return ""
    stands = f" It is listed as {status_words(status).name}." if status else ""
    return f" Its own record is {quote(number, 40)[1:-1]}.{stands}"


def _access_before(value: Json) -> str:
    available = at(value, "available")
    if available is None:
        return "Before, the record did not say."
    return f"Before, it said that this was {'' if available else 'not '}possible."


def tell_gone(scene: Scene) -> Told:
    """Tell that the registry no longer gives the record."""
    return (
        "This record can no longer be read on the registry. Before, it was there."
        + _release(" This was seen in the release of {}.", scene.subject)
    ), "Ask the study team what happened."


def tell_back(scene: Scene) -> Told:
    """Tell that the registry gives the record again."""
    return (
        "This record can be read on the registry again. For a time, it could not."
        + _release(" It came back in the release of {}.", scene.subject)
    ), ""


def _release(pattern: str, subject: str) -> str:
    stamp = subject[:10]
    return pattern.format(date_words(stamp)) if parts_of(stamp) else ""
