"""``history --rule``: what became of one eligibility rule, version by version."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from trialwatch.stories import WORDS
from trialwatch.terminal import console, print_json, say


def print_story(story: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print one object a version, or for people the versions in which something became of it.

    Args:
        story: The contract of each chapter (``monitor.alerting.story.Chapter``).
        as_json: Whether a program reads it.
    """
    if as_json:
        for chapter in story:
            print_json(chapter)
        return
    told = [chapter for chapter in story if chapter["became"]]
    newest = next(chapter for chapter in reversed(story) if chapter["path"])
    say(
        f"Rule {newest['path']} of {newest['nct_id']}"
        f" through {len(story)} versions (its name is {newest['rule']})",
        style="bold",
    )
    for chapter in told:
        _print_chapter(chapter)


def _print_chapter(chapter: Mapping[str, Any]) -> None:
    past = ", before the watch began" if chapter["before_watch"] else ""
    words = ", ".join(WORDS.get(word, word) for word in chapter["became"])
    where = f" as {chapter['section']} rule {chapter['path']}" if chapter["path"] else ""
    console.print()
    release, version = escape(chapter["release"]), chapter["version"]
    console.print(f"[bold]{release}[/]  version {version}{past}: {words}{where}")
    if chapter["text"]:
        console.print(f"  {escape(chapter['text'])}")
