import pytest

from monitor.domain.trial import NctId
from monitor.registry import questions

BASE = "https://registry.example.org/api/v2"
OLD, NEW = NctId("NCT99000001"), NctId("NCT99000002")


@pytest.mark.parametrize(
    "location",
    [
        f"{BASE}/studies/{NEW}",
        f"/api/v2/studies/{NEW}",
        f"/api/v2/studies/{NEW}?format=csv",
        f"{NEW}",
        f"//registry.example.org/api/v2/studies/{NEW}",
    ],
)
def test_redirect_to_another_study_gives_its_number(location: str) -> None:
    assert questions.canonical_number(BASE, questions.study(OLD), location) == NEW


@pytest.mark.parametrize(
    "location",
    [
        f"https://elsewhere.example.org/api/v2/studies/{NEW}",
        f"http://registry.example.org/api/v2/studies/{NEW}",
        f"https://registry.example.org:8443/api/v2/studies/{NEW}",
        f"https://user@registry.example.org/api/v2/studies/{NEW}",
        f"/studies/{NEW}/../../secret",
        "/api/v2/studies/NCT1",
        "/api/v2/version",
        "/login",
        "https://[broken",
    ],
)
def test_redirect_anywhere_else_gives_none(location: str) -> None:
    assert questions.canonical_number(BASE, questions.study(OLD), location) is None


def test_pages_of_a_batch_differ_by_token_alone() -> None:
    first = questions.studies([OLD, NEW], page_size=1000)
    second = questions.studies([OLD, NEW], page_size=1000, token="abc")

    assert second.parameters == (*first.parameters, ("pageToken", "abc"))
    assert first.about == "2 trials, NCT99000001 to NCT99000002"


def test_tag_is_sent_only_when_known() -> None:
    assert questions.version().headers == ()
    assert questions.version('"a/b"').headers == (("If-None-Match", '"a/b"'),)


def test_batch_of_one_is_called_by_its_number() -> None:
    assert questions.studies([OLD], page_size=1000).about == OLD


SHAPE = (("format", "json"), ("markupFormat", "markdown"))


def test_numbers_are_asked_for_with_size_and_shape() -> None:
    question = questions.studies([OLD, NEW], page_size=7)

    assert question.path == "/studies"
    assert question.parameters == (
        *SHAPE,
        ("filter.ids", "NCT99000001,NCT99000002"),
        ("pageSize", "7"),
    )
    assert question.nct_id is None


def test_one_study_is_asked_for_by_its_path() -> None:
    question = questions.study(OLD)

    assert question == questions.Question(
        about="NCT99000001", path="/studies/NCT99000001", parameters=SHAPE, nct_id=OLD
    )


def test_any_study_is_one_study() -> None:
    assert questions.any_study() == questions.Question(
        about="a study", path="/studies", parameters=(*SHAPE, ("pageSize", "1"))
    )


def test_all_studies_are_counted_once_and_come_oldest_first() -> None:
    order, size = ("sort", "StudyFirstPostDate:asc"), ("pageSize", "9")

    assert questions.everything(page_size=9) == questions.Question(
        about="all studies",
        path="/studies",
        parameters=(*SHAPE, order, size, ("countTotal", "true")),
    )
    assert questions.everything(page_size=9, token="abc") == questions.Question(
        about="all studies", path="/studies", parameters=(*SHAPE, order, size, ("pageToken", "abc"))
    )


def test_release_is_asked_for_by_its_path() -> None:
    assert questions.version() == questions.Question(about="its release", path="/version")
