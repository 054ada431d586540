"""What the demo puts on the terminal."""

from email.message import EmailMessage

from rich.markup import escape
from rich.panel import Panel

from monitor.alerting.poll import SweepReport
from trialwatch.demo.catchers import Receiver
from trialwatch.terminal import console, print_alert

_SHOWN_HEADERS = ("From", "To", "Subject", "List-Unsubscribe", "List-Id", "Message-ID")
_SHOWN_SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")
_MOST_MAIL_LINES = 40


def _step(text: str) -> None:
    console.print()
    console.rule(f"[bold]{escape(text)}[/]", align="left")


def opening(registry_url: str) -> None:
    """Say what is on stage."""
    _step("A registry, a mail server and a webhook receiver, all on this machine")
    console.print(f"  The made-up registry answers on {escape(registry_url)}.")


def watching(trials: int, reader: str, hook: str) -> None:
    """Say who watches what."""
    console.print(f"  {trials} trials are on a watch list.")
    console.print(f"  Alerts go to {escape(reader)} and to {escape(hook)}.")


def baseline(report: SweepReport) -> None:
    """Say that first sight is no news."""
    _step(f"First check: release of {report.release}")
    seen = len(report.settled.baselines)
    console.print(f"  {seen} records are the baseline. First sight is no news: nobody is alerted.")


def release(report: SweepReport) -> None:
    """Show what a release changed."""
    _step(f"The registry publishes a release: {report.release}")
    if not report.settled.alerts:
        console.print("  Nothing that counts has changed. Nobody is alerted.")
    for alert in report.settled.alerts:
        print_alert(alert)


def arrived(mails: list[EmailMessage], receiver: Receiver, seen_before: int) -> None:
    """Show the first mail of a round as it reads, and its signed webhook."""
    if not mails:
        return
    body = mails[0].get_body(("plain",))
    lines = str(body.get_content() if body else "").splitlines()
    cut = ["", f"(... and {len(lines) - _MOST_MAIL_LINES} more lines)"]
    shown = lines[:_MOST_MAIL_LINES] + (cut if len(lines) > _MOST_MAIL_LINES else [])
    heads = [f"{name}: {mails[0][name]}" for name in _SHOWN_HEADERS if mails[0][name]]
    console.print()
    console.print(
        Panel(
            escape("\n".join([*heads, "", *shown])), title=f"1 of {len(mails)} mails that arrived"
        )
    )
    if len(receiver.verified) > seen_before:
        headers, message = receiver.headers[seen_before], receiver.verified[seen_before]
        signed = [f"{name}: {headers.get(name, '')}" for name in _SHOWN_SIGNATURE]
        changes = [str(change["sentence"]) for change in message["data"]["changes"]]
        text = "\n".join([*signed, "", f"type: {message['type']}", *changes])
        console.print(
            Panel(escape(text), title="the webhook, its signature verified"), soft_wrap=False
        )


def ending(well: bool, mails: int, hooks: int, pages: str) -> None:  # noqa: FBT001  # a verdict
    """Say how it ended, and where the pages are."""
    _step("All of it arrived" if well else "Something did not arrive")
    console.print(f"  {mails} mails and {hooks} webhooks were caught, every signature checked.")
    console.print(f"  The same on pages: {escape(pages)}  (Ctrl-C ends the demo)")
