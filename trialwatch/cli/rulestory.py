"""``history --rule``: what became of one eligibility rule, version by version."""

from rich.markup import escape

from monitor.alerting.story import Chapter
from trialwatch.stories import WORDS
from trialwatch.terminal import console, print_json, say


def print_story(story: tuple[Chapter, ...], *, as_json: bool) -> None:
    """Print one object a version, or for people the versions in which something became of it."""
    if as_json:
        for chapter in story:
            print_json(chapter.contract())
        return
    told = [chapter for chapter in story if chapter.became]
    newest = next(chapter for chapter in reversed(story) if chapter.criterion)
    say(
        f"Rule {newest.criterion.path if newest.criterion else ''} of {newest.info.nct_id}"
        f" through {len(story)} versions (its name is {newest.rule})",
        style="bold",
    )
    for chapter in told:
        _print_chapter(chapter)


def _print_chapter(chapter: Chapter) -> None:
    info, found = chapter.info, chapter.criterion
    past = ", before the watch began" if info.before_watch else ""
    words = ", ".join(WORDS[word] for word in chapter.became)
    where = f" as {found.section.value} rule {found.path}" if found else ""
    console.print()
    console.print(f"[bold]{info.release}[/]  version {info.number}{past}: {words}{where}")
    if found:
        console.print(f"  {escape(found.text)}")
