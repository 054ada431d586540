"""A registry in memory that can be gone through, a few studies a page."""

import json
from collections.abc import Callable

from monitor.domain.ports import FetchedStudy
from monitor.domain.ports.whole import StudyPage
from monitor.domain.trial import NctId
from monitor.registry.parse import stamp_of
from tests.fakes.registry import FakeRegistry, a_study


def stamped(nct_id: str, status: str = "RECRUITING", *, day: str = "2026-03-02") -> bytes:
    """Return a made-up study as a release of ``day`` shows it."""
    study = json.loads(
        a_study(nct_id, statusModule={"overallStatus": status, "statusVerifiedDate": "2026-02"})
    )
    study["derivedSection"]["miscInfoModule"]["versionHolder"] = day
    return json.dumps(study, separators=(",", ":")).encode()


class FakeWholeRegistry(FakeRegistry):
    """Plays ``WholeRegistry``; a token is the number of the last study shown."""

    size = 2
    #: Called before a page is shown, with its token.
    before_page: Callable[[str | None], None] = staticmethod(lambda _token: None)
    #: Tokens that are not taken back.
    refused: frozenset[str] = frozenset()
    #: Studies that no page shows.
    hidden: frozenset[str] = frozenset()

    def bring_out(self, stamp: str, **changed: str | None) -> None:
        """Bring out a release in which some studies have another status, or are gone."""
        day = stamp[:10]
        statuses = {
            nct_id: json.loads(raw)["protocolSection"]["statusModule"]["overallStatus"]
            for nct_id, raw in self.studies.items()
        } | changed
        self.publish(
            stamp,
            **{
                nct_id: stamped(nct_id, status, day=day) if status else None
                for nct_id, status in statuses.items()
            },
        )

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        """Return the studies after ``token``."""
        self.before_page(token)
        self._ask("page", token or "")
        if token in self.refused:
            return None
        shown = [one for one in sorted(self.studies) if one not in self.hidden]
        rest = [one for one in shown if one > (token or "")]
        page = rest[: self.size]
        return StudyPage(
            studies=tuple(
                FetchedStudy(requested=NctId(one), nct_id=NctId(one), raw=self.studies[one])
                for one in page
            ),
            holders=frozenset(stamp_of(self.studies[one]) for one in page),
            token=page[-1] if len(rest) > self.size else None,
            total=None if token else len(self.studies),
        )
