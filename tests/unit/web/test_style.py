"""The one style sheet: nothing moves, and what is seen stands in the order in which it is heard."""

import re
from importlib.resources import files

import pytest

STYLE = files("trialwatch.web").joinpath("static", "style.css").read_text("utf-8")


@pytest.mark.parametrize(
    "motion", ["animation", "transition", "@keyframes", "scroll-behavior", "<animate"]
)
def test_nothing_moves_so_nobody_has_to_ask_for_less_of_it(motion: str) -> None:
    templates = files("trialwatch.web").joinpath("templates").iterdir()
    pages = "".join(page.read_text("utf-8") for page in templates if page.is_file())

    assert motion not in STYLE
    assert f"{motion}:" not in pages
    assert "<animate" not in pages


@pytest.mark.parametrize(
    "moves",
    [r"(?<![-\w])order\s*:", r"-reverse\b", r"grid-(row|column|area)\s*:", r"tabindex=.[1-9]"],
)
def test_what_is_seen_stands_in_the_order_in_which_it_is_heard(moves: str) -> None:
    assert re.findall(moves, STYLE) == []
