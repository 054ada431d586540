"""A summary for the terminal and for tools."""

from dataclasses import asdict

from monitor.domain.summaries import PlainCriterion, Summary, in_blocks
from monitor.summaries.trace import trace
from trialwatch.terminal import say

_LEADS = {
    "inclusion": "You may be able to join if all of these are true:",
    "exclusion": "You cannot join if any of these is true:",
    "rules": "Rules for joining, as listed:",
}


def summary_contract(summary: Summary) -> dict[str, object]:
    """Return the JSON contract of ``summary --json``: each rule with where its words came from."""
    told = asdict(summary)
    for rule, fields in zip(summary.eligibility, told["eligibility"], strict=True):
        fields["trace"] = asdict(trace(rule))
    return told


def print_summary(summary: Summary) -> None:
    """Print a summary as a person reads it."""
    say(f"{summary.title}", style="bold")
    say(f"{summary.nct_id}")
    for section in summary.sections:
        say("")
        say(section.title, style="bold")
        for sentence in section.sentences:
            say(f"  {sentence}")
    _print_rules(summary.eligibility)
    if summary.words_to_know:
        say("")
        say("Words to know", style="bold")
        for word in summary.words_to_know:
            say(f"  {word.term}: {word.meaning}")


def _print_rules(rules: tuple[PlainCriterion, ...]) -> None:
    section, group = None, None
    for rule in rules:
        if (rule.section, rule.group) != (section, group):
            section, group = rule.section, rule.group
            say("")
            say(_LEADS.get(section, section.capitalize()), style="bold")
            if group:
                say(f"  {group}")
        depth = rule.path.count(".") - 1
        mark = " (in the study's own words)" if rule.method == "own-words" else ""
        mark += f" {rule.doubt}" if rule.doubt else ""
        _print_rule(rule, f"  {'  ' * depth}", mark)


def _print_rule(rule: PlainCriterion, margin: str, mark: str) -> None:
    for place, block in enumerate(in_blocks(rule.plain)):
        say(f"{margin}{'  ' if place else '- '}{block.text}{'' if place else mark}")
        for item in block.listed:
            say(f"{margin}    * {item}")
