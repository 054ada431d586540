"""What the demo shows: to a person on the terminal, or to a tool as JSON lines."""

from email.message import EmailMessage
from typing import Protocol

from rich.markup import escape
from rich.panel import Panel

from monitor.alerting.poll import SweepReport
from trialwatch.demo.catchers import Receiver
from trialwatch.terminal import console, print_alert, print_json

_SHOWN_HEADERS = ("From", "To", "Subject", "List-Unsubscribe", "List-Id", "Message-ID")
_SHOWN_SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")
_MOST_MAIL_LINES = 40


class Audience(Protocol):
    """Who watches the demo."""

    def opening(self, registry_url: str) -> None:
        """Hear what is on stage."""
        ...

    def watching(self, trials: int, reader: str, hook: str) -> None:
        """Hear who watches what."""
        ...

    def baseline(self, report: SweepReport) -> None:
        """Hear that first sight is no news."""
        ...

    def release(self, report: SweepReport) -> None:
        """See what a release changed."""
        ...

    def arrived(self, mails: list[EmailMessage], receiver: Receiver, seen_before: int) -> None:
        """See the mails of a round, and its webhooks after the first ``seen_before``."""
        ...

    def ending(self, *, well: bool, mails: int, hooks: int, pages: str | None) -> None:
        """Hear how it ended, and where the pages are if they stay."""
        ...


class Terminal:
    """A person at a terminal."""

    def opening(self, registry_url: str) -> None:
        """Say what is on stage."""
        _step("A registry, a mail server and a webhook receiver, all on this machine")
        console.print(f"  The made-up registry answers on {escape(registry_url)}.")

    def watching(self, trials: int, reader: str, hook: str) -> None:
        """Say who watches what."""
        console.print(f"  {trials} trials are on a watch list.")
        console.print(f"  Alerts go to {escape(reader)} and to {escape(hook)}.")

    def baseline(self, report: SweepReport) -> None:
        """Say that first sight is no news."""
        _step(f"First check: release of {report.release}")
        seen = len(report.settled.baselines)
        console.print(f"  {seen} records are the baseline. First sight is no news.")
        console.print("  Nobody is alerted.")

    def release(self, report: SweepReport) -> None:
        """Show what a release changed."""
        _step(f"The registry publishes a release: {report.release}")
        if not report.settled.alerts:
            console.print("  Nothing that counts has changed. Nobody is alerted.")
        for alert in report.settled.alerts:
            print_alert(alert)

    def arrived(self, mails: list[EmailMessage], receiver: Receiver, seen_before: int) -> None:
        """Show the first mail as it reads, and its signed webhook."""
        if mails:
            console.print()
            _panel(_reading(mails[0]), f"1 of {len(mails)} mails that arrived")
        if len(receiver.verified) > seen_before:
            _panel(_signed(receiver, seen_before), "the webhook, its signature verified")

    def ending(self, *, well: bool, mails: int, hooks: int, pages: str | None) -> None:
        """Say how it ended, and where the pages are."""
        _step("All of it arrived" if well else "Something did not arrive")
        console.print(f"  {mails} mails and {hooks} webhooks were caught, every signature checked.")
        if pages is not None:
            console.print(f"  The same on pages: {escape(pages)}  (Ctrl-C ends the demo)")


def _step(text: str) -> None:
    console.print()
    console.rule(f"[bold]{escape(text)}[/]", align="left")


def _panel(text: str, title: str) -> None:
    console.print(Panel(escape(text), title=title), soft_wrap=False)


def _reading(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    lines = str(body.get_content() if body else "").splitlines()
    cut = ["", f"(... and {len(lines) - _MOST_MAIL_LINES} more lines)"]
    shown = lines[:_MOST_MAIL_LINES] + (cut if len(lines) > _MOST_MAIL_LINES else [])
    heads = [f"{name}: {mail[name]}" for name in _SHOWN_HEADERS if mail[name]]
    return "\n".join([*heads, "", *shown])


def _signed(receiver: Receiver, number: int) -> str:
    headers, message = receiver.headers[number], receiver.verified[number]
    signed = [f"{name}: {headers.get(name, '')}" for name in _SHOWN_SIGNATURE]
    changes = [str(change["sentence"]) for change in message["data"]["changes"]]
    return "\n".join([*signed, "", f"type: {message['type']}", *changes])


class JsonLines:
    """A tool that reads JSON lines."""

    def opening(self, registry_url: str) -> None:
        """Give the registry's address."""
        print_json({"event": "opening", "registry": registry_url})

    def watching(self, trials: int, reader: str, hook: str) -> None:
        """Give who watches what."""
        print_json({"event": "watching", "trials": trials, "email": reader, "webhook": hook})

    def baseline(self, report: SweepReport) -> None:
        """Give the number of records first seen."""
        seen = len(report.settled.baselines)
        print_json({"event": "baseline", "release": report.release, "trials": seen})

    def release(self, report: SweepReport) -> None:
        """Give the changes of a release."""
        print_json({"event": "release", "release": report.release})
        for alert in report.settled.alerts:
            for change in alert.changes:
                print_json({"event": "change", **change.contract()})

    def arrived(self, mails: list[EmailMessage], receiver: Receiver, seen_before: int) -> None:
        """Give what arrived."""
        for mail in mails:
            shown = {"subject": str(mail["Subject"]), "message_id": str(mail["Message-ID"])}
            print_json({"event": "mail", **shown})
        for headers in receiver.headers[seen_before:]:
            print_json({"event": "webhook", "webhook_id": headers["webhook-id"], "verified": True})

    def ending(self, *, well: bool, mails: int, hooks: int, pages: str | None) -> None:
        """Give how it ended."""
        print_json(
            {"event": "ending", "ok": well, "mails": mails, "webhooks": hooks, "pages": pages}
        )
