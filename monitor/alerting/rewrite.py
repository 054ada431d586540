"""Have a model word the rules of a summary, each behind the check, one retry each.

Asked where a summary is wanted or rebuilt, never while a sweep goes on: a slow model must not
hold up an alert. A sweep takes over words that are stored already (``rewording.carried_over``).
"""

from monitor.domain.errors import ModelError
from monitor.domain.ports import Model
from monitor.domain.summaries import PlainCriterion, Summary
from monitor.summaries.rewording import (
    MODEL_CHECKED,
    can_be_asked,
    carried_over,
    failures_of,
    question,
    reworded,
    sentences_in,
    signed,
    worded_by,
)

#: Trouble in a row after which a model is not asked again for this summary.
MOST_TROUBLE = 3


async def rewrite(model: Model, summary: Summary, *, before: Summary | None) -> Summary:
    """Return the summary with every rule that the model could word faithfully.

    Args:
        model: Whom to ask.
        summary: As our own writer told it.
        before: What is stored of the trial: its words are kept where nothing changed.
    """
    if before is not None and worded_by(before) == model.name:
        summary = carried_over(before, summary)
    rules: list[PlainCriterion] = []
    trouble = 0
    for rule in summary.eligibility:
        if trouble >= MOST_TROUBLE or rule.method == MODEL_CHECKED or not can_be_asked(rule):
            rules.append(rule)
            continue
        try:
            rules.append(await _worded(model, rule))
            trouble = 0
        except ModelError:
            rules.append(rule)
            trouble += 1
    return signed(summary, rules, model=model.name)


async def _worded(model: Model, rule: PlainCriterion) -> PlainCriterion:
    said = sentences_in(await model.ask(question(rule, model=model.name)))
    failures = failures_of(rule, said)
    if failures:
        again = question(rule, model=model.name, failures=failures)
        said = sentences_in(await model.ask(again))
        failures = failures_of(rule, said)
    return rule if failures else reworded(rule, said)
