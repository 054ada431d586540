"""``search``: saved searches, and trying one before it is saved."""

from collections.abc import Sequence
from typing import Annotated

import typer

from monitor.domain.searches import MOST_AT_FIRST, Search, Wanted
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target
from monitor.registry.searchaddress import search_url
from monitor.summaries.numbers import counted
from trialwatch.cli.context import JsonOption, UsageError, search_desk
from trialwatch.cli.hours import Hours, timing_for
from trialwatch.cli.searchoptions import (
    AgeOption,
    ConditionOption,
    CountryOption,
    FromOption,
    InterventionOption,
    PhaseOption,
    PlaceOption,
    SponsorOption,
    StatusOption,
    WordsOption,
    typed_search,
)
from trialwatch.cli.searchwords import doing, show_hits
from trialwatch.cli.telling import (
    ConfirmOption,
    CriticalOption,
    DigestOption,
    DiscordOption,
    EmailOption,
    MostAnHourOption,
    QuietOption,
    SlackOption,
    TeamsOption,
    WebhookOption,
    ZoneOption,
    check_list_name,
    show_targets,
    target_json,
)
from trialwatch.desk.searches import SearchWish
from trialwatch.searchjson import found_json, hit_json, search_json
from trialwatch.terminal import print_alert, print_json, remark, say, table

app = typer.Typer(
    help="Look after saved searches.", no_args_is_help=True, pretty_exceptions_enable=False
)
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="Its number: see `search list`.")
]
_LONGEST_NAME = 80
#: Messages of a search that are shown.
_SHOWN = 5


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What you call the search.")],
    *,
    condition: ConditionOption = "",
    intervention: InterventionOption = "",
    sponsor: SponsorOption = "",
    country: CountryOption = None,
    place: PlaceOption = "",
    phase: PhaseOption = None,
    status: StatusOption = None,
    age: AgeOption = "",
    words: WordsOption = "",
    from_: FromOption = None,
    list_name: Annotated[
        str | None,
        typer.Option(
            "--list", metavar="NAME", help="Put it on this list; one of its own name by default."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Put trials that it finds later on the list.")
    ] = False,
    found_too: Annotated[
        bool,
        typer.Option("--found-too", help="Put the trials that it finds now on the list as well."),
    ] = False,
    email: EmailOption = None,
    webhook: WebhookOption = None,
    slack: SlackOption = None,
    teams: TeamsOption = None,
    discord: DiscordOption = None,
    digest: DigestOption = None,
    timezone: ZoneOption = None,
    quiet: QuietOption = None,
    critical_at_once: CriticalOption = False,
    most_an_hour: MostAnHourOption = None,
    confirm: ConfirmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Save a search of the registry, and say who is told when trials enter or leave it.

    The registry is asked at once: what it finds now is the baseline and alerts nobody. Whoever is
    told hears of everything on the list.
    """
    wanted = Wanted(
        condition=condition,
        intervention=intervention,
        sponsor=sponsor,
        countries=tuple(country or ()),
        place=place,
        phases=tuple(phase or ()),
        statuses=tuple(status or ()),
        age=age,
        words=words,
    )
    hours = Hours(
        digest=digest,
        zone=timezone,
        quiet=quiet,
        critical_at_once=critical_at_once,
        most_an_hour=most_an_hour,
    )
    typed = {
        Channel.EMAIL: email,
        Channel.WEBHOOK: webhook,
        Channel.SLACK: slack,
        Channel.TEAMS: teams,
        Channel.DISCORD: discord,
    }
    check_list_name(list_name)
    called = _checked_name(name)
    wish = SearchWish(
        sought=typed_search(wanted, from_),
        name=called,
        list_name=list_name or called,
        follow=follow,
        found_too=found_too,
        addresses={channel: texts or () for channel, texts in typed.items()},
        timing=timing_for(email, hours),
        confirm=confirm,
    )
    with search_desk() as opened:
        search, targets = opened.keep(wish)
    if as_json:
        print_json({**search_json(search), "targets": [target_json(one) for one in targets]})
    else:
        _say_kept(search, targets, wish.timing)


def _say_kept(search: Search, targets: Sequence[Target], timing: Timing | None) -> None:
    say(f"Search {search.id}, {search.name!r}, is on the list {search.list_name!r}.")
    say(f"  {search.query.words}")
    say(f"  It finds {counted(search.trials, 'trial')} now. What enters or leaves is told.")
    show_targets(targets, timing)


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"read {name[:40]!r}; a search's name is 1 to {_LONGEST_NAME} printable characters"
        )
    return name.strip()


@app.command("try")
def try_(
    *,
    condition: ConditionOption = "",
    intervention: InterventionOption = "",
    sponsor: SponsorOption = "",
    country: CountryOption = None,
    place: PlaceOption = "",
    phase: PhaseOption = None,
    status: StatusOption = None,
    age: AgeOption = "",
    words: WordsOption = "",
    from_: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the registry how many trials a search finds, and show ten. Saves nothing."""
    wanted = Wanted(
        condition=condition,
        intervention=intervention,
        sponsor=sponsor,
        countries=tuple(country or ()),
        place=place,
        phases=tuple(phase or ()),
        statuses=tuple(status or ()),
        age=age,
        words=words,
    )
    sought = typed_search(wanted, from_)
    query = sought.query
    with search_desk() as opened:
        found = opened.find(sought)
    if as_json:
        print_json(found_json(query, found))
        return
    say(f"{query.words}: {counted(found.total, 'trial')}")
    show_hits(found.hits)
    say(f"The same at the registry: {search_url(query.parameters)}")
    if found.total > MOST_AT_FIRST:
        remark(f"That is more than {MOST_AT_FIRST:,}: make it narrower before you save it.")


@app.command("list")
def list_searches(*, as_json: JsonOption = False) -> None:
    """List all saved searches, what they find and how they are doing."""
    with search_desk() as opened:
        found = opened.searches()
    if as_json:
        for search in found:
            print_json(search_json(search))
        return
    if not found:
        remark('No search is saved yet. Try: trialwatch search try --condition "WORDS"')
        return
    table(
        [
            (str(one.id), one.list_name, one.name, f"{one.trials:,}", doing(one), one.query.words)
            for one in found
        ],
        ("NUMBER", "LIST", "NAME", "TRIALS", "DOING", "LOOKS FOR"),
    )
    for one in found:
        if one.trouble:
            remark(f"{one.id}: {one.trouble}")


@app.command()
def show(number: NumberArgument, *, as_json: JsonOption = False) -> None:
    """Show the trials that a search finds, and what was told of it last."""
    with search_desk() as opened:
        shown = opened.show(number, told=_SHOWN)
    search, inside, told = shown.search, shown.hits, shown.alerts
    if as_json:
        print_json(
            {
                **search_json(search),
                "found": [hit_json(hit) for hit in inside],
                "told": [change.contract() for alert in told for change in alert.changes],
            }
        )
        return
    say(f"{search.name} (search {search.id} on the list {search.list_name!r})", style="bold")
    say(f"  {search.query.words}")
    say(f"  {search_url(search.query.parameters)}")
    say(f"  {counted(len(inside), 'trial')}, {doing(search)}")
    show_hits(inside)
    for alert in told:
        print_alert(alert)
    if search.trouble:
        remark(search.trouble)


@app.command()
def remove(number: NumberArgument, *, as_json: JsonOption = False) -> None:
    """Remove a search. Trials it has put on its list stay there."""
    with search_desk() as opened:
        search = opened.remove(number)
    if as_json:
        print_json({"id": search.id, "name": search.name, "removed": True})
    else:
        say(
            f"Search {search.id}, {search.name!r}, is removed. What waited to be sent is cancelled."
        )
