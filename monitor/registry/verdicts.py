"""What an answer means: usable, a fault that may pass, or a refusal.

Plain functions from an answer to an error. When a fault is tried again is decided in
``monitor.registry.asking``.
"""

import re
from datetime import datetime, timedelta

from monitor.domain.errors import (
    DamagedRecordError,
    RegistryBlockedError,
    RegistryError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.trial import NctId
from monitor.registry.pace import retry_after
from monitor.registry.questions import Question
from monitor.registry.wire import Answer

_OK, _NOT_MODIFIED, _FORBIDDEN, _NOT_FOUND = 200, 304, 403, 404
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Answers that say nothing about the request itself: timeout, too early, too many requests.
_PASSING = frozenset({408, 425, 429})
_TOO_LONG = frozenset({413, 414, 431})
_TOO_LONG_WORDS = re.compile(r"\btoo[ -](long|large|complicated)\b", re.IGNORECASE)
_SERVER_FAULT = 500
_MOST_WORDS = 200


class PassingFaultError(RegistryUnavailableError):
    """A fault worth another try."""


class OversizeError(DamagedRecordError):
    """An answer is larger than the cap; ``start`` is how it begins."""

    def __init__(self, reason: str, *, start: bytes) -> None:
        super().__init__(reason)
        self.start = start


def refusal(
    answer: Answer, question: Question, *, host: str, now: datetime
) -> RegistryError | None:
    """Return why ``answer`` is none, None when it is one to be read."""
    status = answer.status
    if status == _OK:
        return None if answer.whole else _oversize(answer, question)
    if status == _NOT_MODIFIED or (question.nct_id and _is_about_one(answer, question.nct_id)):
        return None
    if status in _REDIRECTS:
        return astray(question, host=host)
    if status == _FORBIDDEN:
        return RegistryBlockedError(_blocked(host))
    if status in _PASSING or status >= _SERVER_FAULT:
        gap = retry_after(answer.headers.get("retry-after", "").strip(), now=now)
        return PassingFaultError(f"status {status}{_said(answer)}", retry_after=gap)
    return _refused(answer, question, host)


def _oversize(answer: Answer, question: Question) -> OversizeError:
    return OversizeError(
        f"The registry's answer for {question.about} is larger than {len(answer.body):,} bytes and was"
        " not read to its end. Nothing was compared; look at the record on the registry's site.",
        start=answer.body,
    )


def _blocked(host: str) -> str:
    return (
        f"The registry ({host}) refuses this program's User-Agent or address (403)."
        " Nothing was checked, and asking again will not help. Run `trialwatch doctor`; if it says"
        " the same, set TRIALWATCH_REGISTRY_CONTACT to an address the registry can write to, ask"
        " from another network, or install the newest trialwatch."
    )


def _refused(answer: Answer, question: Question, host: str) -> RegistryError:
    status, words = answer.status, _said(answer)
    if status == _NOT_FOUND:
        return RegistryUnavailableError(
            f"{host} has nothing at the address of {question.about} (404 without the registry's own"
            " words): a wrong address or an outage, not a missing trial. Nothing was checked;"
            " compare TRIALWATCH_REGISTRY_URL with https://clinicaltrials.gov/api/v2."
        )
    text = answer.body.decode("utf-8", "replace")
    too_long = status in _TOO_LONG or bool(_TOO_LONG_WORDS.search(text))
    return RegistryRefusedError(
        f"The registry ({host}) calls the request for {question.about} wrong ({status}){words}."
        " Nothing was checked.",
        too_long=too_long,
        words=words.removeprefix(": "),
    )


def _is_about_one(answer: Answer, nct_id: NctId) -> bool:
    """Tell whether this is a redirect, or the registry's own word that it knows no ``nct_id``."""
    said = rf"\s*NCT number {re.escape(nct_id)} not found\.?\s*"
    text = answer.body.decode("utf-8", "replace")
    unknown = answer.status == _NOT_FOUND and re.fullmatch(said, text, re.IGNORECASE)
    return answer.status in _REDIRECTS or bool(unknown)


def astray(question: Question, *, host: str) -> RegistryUnavailableError:
    """Return the error for a redirect that leads away from the registry."""
    return RegistryUnavailableError(
        f"{host} sends the request for {question.about} to another place, and it was not followed."
        " Nothing was checked; compare TRIALWATCH_REGISTRY_URL with"
        " https://clinicaltrials.gov/api/v2, and see whether this network asks for a login."
    )


def given_up(
    fault: PassingFaultError, question: Question, *, host: str, tries: int, wait: timedelta
) -> RegistryUnavailableError:
    """Return the error for a fault that did not pass."""
    times = "once" if tries == 1 else f"{tries} times"
    later = f" It asks for a rest of {wait.total_seconds():.0f} s." if wait else ""
    return RegistryUnavailableError(
        f"The registry ({host}) was asked {times} for {question.about}: {fault}.{later}"
        " Nothing was checked; it is tried again later.",
        retry_after=wait,
    )


def _said(answer: Answer) -> str:
    """Return the registry's own words, one short line; an HTML page has none."""
    kind = answer.headers.get("content-type", "text/plain").partition(";")[0].strip()
    if kind != "text/plain":
        return ""
    text = answer.body.decode("utf-8", "replace")
    words = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return f": {words[:_MOST_WORDS]}" if words else ""
