"""Options that say what to look for, and what they come to."""

from typing import Annotated

import typer

from monitor.domain.errors import SearchRefusedError
from monitor.domain.searches import Query, Wanted
from monitor.registry.asked import query_of
from monitor.registry.searchaddress import query_from_address
from trialwatch.cli.context import UsageError
from trialwatch.desk.searches import Sought

ConditionOption = Annotated[
    str, typer.Option(metavar="WORDS", help="Condition or disease, as in lupus.")
]
InterventionOption = Annotated[str, typer.Option(metavar="WORDS", help="Treatment, as in insulin.")]
SponsorOption = Annotated[str, typer.Option(metavar="WORDS", help="Sponsor or collaborator.")]
CountryOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="With a place there; may repeat.")
]
PlaceOption = Annotated[
    str, typer.Option(metavar="WORDS", help="Words of a place: a town, a hospital.")
]
PhaseOption = Annotated[
    list[str] | None, typer.Option(metavar="PHASE", help="early1, 1, 2, 3, 4 or na; may repeat.")
]
StatusOption = Annotated[
    list[str] | None, typer.Option(metavar="STATUS", help="Such as recruiting; may repeat.")
]
AgeOption = Annotated[str, typer.Option(metavar="AGE", help="Years, or child, adult, older-adult.")]
WordsOption = Annotated[
    str, typer.Option(metavar="WORDS", help="Words anywhere in the record; AND, OR, NOT work.")
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="URL", help="Address of a search at ClinicalTrials.gov, copied whole."
    ),
]


def typed_search(wanted: Wanted, address: str | None) -> Sought:
    """Return the search that was typed, or the one whose address was.

    Raises:
        UsageError: Both were, or it cannot be asked for.
    """
    try:
        query = _typed(wanted, address)
    except SearchRefusedError as error:
        raise UsageError(str(error)) from error
    return Sought(query=query, wanted=wanted, address=address or "")


def _typed(wanted: Wanted, address: str | None) -> Query:
    if address is None:
        return query_of(wanted)
    if wanted != Wanted():
        raise UsageError("--from gives the whole search: leave the other words of it out")
    return query_from_address(address)
