"""``target ask`` and ``target agreed``: who agreed to be written to, and asking once more."""

import typer

from monitor.alerting.confirming import Asked
from monitor.alerting.consent import FORGOTTEN_AFTER, Asking
from storage import agreed
from storage.agreed import AskedRow
from trialwatch.cli.context import JsonOption, desk, service
from trialwatch.terminal import print_json, remark, say

_WORDS = {
    Asking.ASKED: "is asked by mail whether it agrees: `trialwatch run` or `deliver` sends it",
    Asking.NOT_NEEDED: "has agreed already",
    Asking.TOO_OFTEN: "had a mail within the last hour, or three within a week: ask later",
    Asking.NOT_SENT_TO: "is not sent to: see `trialwatch bounces`, or `trialwatch target enable`",
    Asking.WAITING: "was asked already",
}


def ask(which: str, *, as_json: bool) -> None:
    """Ask an e-mail target once more whether it agrees."""
    with desk() as opened:
        target, came = opened.ask(which)
    if as_json:
        print_json({"target": target.id, "asked": came is Asking.ASKED, "reason": came.value})
    else:
        say(f"{target.shown} {_WORDS[came]}")
    if came is not Asking.ASKED:
        raise typer.Exit(1)


def show_agreed(*, as_json: JsonOption = False) -> None:
    """Show what e-mail addresses agreed to, when and how, and which have not answered."""
    with service() as opened:
        rows, open_ones = agreed.agreements(opened.database), agreed.unanswered(opened.database)
    if as_json:
        for shown in [row.as_json() for row in rows] + [one.as_json() for one in open_ones]:
            print_json(shown)
        return
    for row in rows:
        origin = f", from {row.origin}" if row.origin else ""
        say(f"{row.target}: {row.address} agreed {row.at:%Y-%m-%d %H:%M} UTC by {row.how}{origin}")
        for line in row.text.splitlines():
            say(f"     {line}")
    for one in open_ones:
        say(f"{one.target}: {one.address} {_asked_words(one)}")
    if not rows and not open_ones:
        remark("No e-mail address has agreed to anything, and none was asked.")


def _asked_words(one: AskedRow) -> str:
    forgotten = one.asked_at + FORGOTTEN_AFTER
    asked = f"asked {one.asked_at:%Y-%m-%d %H:%M} UTC, no answer"
    if one.taken_at is None:
        why = (one.detail or "").partition("\n")[0]
        again = "is to be sent" if one.due_at else "was given up"
        asked = f"asked {one.asked_at:%Y-%m-%d %H:%M} UTC, the mail {again}" + (
            f" ({why})" if why else ""
        )
    return (
        f"{asked}; the link works until {one.expires_at:%Y-%m-%d},"
        f" the address is forgotten on {forgotten:%Y-%m-%d}"
    )


def show_asked(one: Asked, *, as_json: bool) -> None:
    """Print one attempt at a confirmation mail."""
    outcome, asked = one.outcome, one.claimed.confirmation
    if as_json:
        print_json(
            {
                "confirmation": asked.id,
                "address": asked.target.address,
                "attempt": one.claimed.attempts,
                "taken": outcome.taken,
                "due_at": outcome.due_at,
                "detail": outcome.detail,
            }
        )
        return
    again = f"again at {outcome.due_at:%Y-%m-%d %H:%M:%S} UTC" if outcome.due_at else "given up"
    word = "asked whether it agrees" if outcome.taken else f"not asked, {again}"
    say(f"{asked.target.address}: {word}")
    if not outcome.taken:
        say(f"  {outcome.detail.partition(chr(10))[0]}")
