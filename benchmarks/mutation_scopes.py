"""Which code gets faults, and the tests that are held against them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants import Mutant, mutants_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A part of the code that is looked at by itself."""

    packages: tuple[Path, ...]
    tests: tuple[str, ...]
    #: Share of faults that tests have to notice.
    goal: float
    #: Tests whose name has one of these words are not run.
    left_out: tuple[str, ...] = ()

    def mutants(self, *, held_back: bool) -> Iterator[Mutant]:
        """Yield every fault there could be, of those held back or of the others."""
        for package in self.packages:
            for path in sorted(package.glob("*.py")):
                yield from (one for one in mutants_of(path) if one.is_held_back is held_back)


#: Left out everywhere: tests that start Pythons of their own, where no mutant is.
SCOPES: Mapping[str, Scope] = {
    "detection": Scope(
        packages=(Path("monitor/detection"), Path("monitor/eligibility")),
        tests=(
            "tests/unit/detection",
            "tests/unit/eligibility",
            "tests/property/test_detection_laws.py",
            "tests/property/test_eligibility_trees.py",
            "tests/integration/detection",
        ),
        goal=0.85,
        # The last two look for crashes in thousands of texts and would cost more than the rest.
        left_out=("hash_seeds", "odd_texts", "hostile_text"),
    ),
    "rest": Scope(
        packages=tuple(
            Path(f"monitor/{name}")
            for name in ("accounts", "alerting", "domain", "places", "registry", "summaries")
        ),
        tests=(
            "tests/unit",
            "tests/property",
            *(
                f"tests/integration/{name}"
                for name in ("backfill", "desk", "detection", "registry")
            ),
            "tests/integration/summaries/test_as_reviewed.py",
            *(f"tests/integration/storage/test_{name}.py" for name in ("consents", "whole")),
            *(f"tests/integration/web/test_institution{end}.py" for end in ("", "_answers")),
            "tests/integration/web/test_institution_tokens.py",
        ),
        goal=0.80,
        left_out=("hash_seeds", "odd_texts", "hostile_text", "real_rules", "in_real"),
    ),
    "storage": Scope(
        packages=(Path("storage"),),
        tests=(
            "tests/integration/storage",
            "tests/integration/desk",
            "tests/unit/web",
        ),
        goal=0.80,
        left_out=("killed", "processes", "test_plans", "torn_writes"),
    ),
    "notifiers": Scope(
        packages=tuple(
            map(Path, ("notifiers", "notifiers/chat", "notifiers/feeds", "notifiers/standing"))
        ),
        tests=(
            "tests/unit/notifiers",
            "tests/integration/notifiers",
            "tests/unit/web/test_confirm.py",
            "tests/unit/web/test_feeds.py",
            "tests/unit/web/test_hooks.py",
            "tests/unit/web/test_public.py",
            "tests/unit/web/test_unsubscribe.py",
        ),
        goal=0.80,
    ),
}
