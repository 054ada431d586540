"""Pictures of figures show the figures that stand in the documents."""

from pathlib import Path

from benchmarks.whole_plot import plot, read

_DOCS = Path(__file__).parents[2] / "docs"


def test_cost_by_size_is_drawn_from_the_table() -> None:
    runs = read((_DOCS / "benchmarks.md").read_text("utf-8"))

    assert {name: [one.studies for one in points] for name, points in runs.items()} == {
        "SQLite": [6_000, 60_000, 600_000],
        "PostgreSQL": [6_000, 60_000, 600_000],
    }
    assert (_DOCS / "images" / "whole-registry.svg").read_text("utf-8") == plot(runs)
