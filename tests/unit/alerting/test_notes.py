"""What people write beside a trial: tidied, bounded, tags as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.notes import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    Note,
    NoteError,
    read_note,
    together,
)


def test_note_is_tidied_and_its_lines_stay() -> None:
    assert read_note("\r\nAsk Ben \r\nabout travel\r\n\r\n", "") == Note(
        text="Ask Ben\nabout travel"
    )


def test_tags_are_words_in_lower_case_each_once() -> None:
    typed = "#Lung, phase-3  lung;c++ 2/3 Äsop"

    assert read_note("", typed).tags == ("2/3", "c++", "lung", "phase-3", "äsop")
    assert read_note("", ["Lung", "phase-3"]).tags == ("lung", "phase-3")
    assert read_note("", "Xenon ##X").tags == ("x", "xenon")


@pytest.mark.parametrize(
    ("text", "tags", "field"),
    [
        ("x" * (LONGEST_NOTE + 1), "", "text"),
        ("a\x00b", "", "text"),
        ("turned \u202eback", "", "text"),
        ("", "x" * (LONGEST_TAG + 1), "tags"),
        ("", "<b>", "tags"),
        ("", "a%b", "tags"),
        ("", " ".join(f"tag{n}" for n in range(MOST_TAGS + 1)), "tags"),
    ],
)
def test_what_is_too_much_or_no_word_is_refused(text: str, tags: str, field: str) -> None:
    with pytest.raises(NoteError) as refused:
        read_note(text, tags)

    assert refused.value.field == field


@given(st.text(max_size=3000), st.text(max_size=400))
def test_what_is_kept_is_bounded_and_reads_the_same_again(text: str, tags: str) -> None:
    try:
        note = read_note(text, tags)
    except NoteError:
        return

    assert len(note.text) <= LONGEST_NOTE
    assert len(note.tags) <= MOST_TAGS
    assert read_note(note.text, " ".join(note.tags)) == note


def test_two_notes_become_one_where_their_trials_do() -> None:
    one, other = Note(text="a", tags=("x",)), Note(text="b", tags=("w", "x"))

    assert together(one, other) == Note(text="a\nb", tags=("w", "x"))
    assert together(one, one) == one
    assert together(Note(), other) == other


def refusal(text: str, tags: str) -> tuple[str, str]:
    with pytest.raises(NoteError) as refused:
        read_note(text, tags)
    return refused.value.field, str(refused.value)


def test_what_is_refused_is_refused_in_these_words() -> None:
    eleven = " ".join(f"tag{number}" for number in range(11))

    assert refusal("x" * 2001, "") == ("text", "A note is at most 2,000 characters.")
    assert refusal("a\x00b", "") == (
        "text",
        "There is something in the note that cannot be printed.",
    )
    assert refusal("", eleven) == ("tags", "10 tags beside a trial are the most.")
    assert refusal("", "a%b") == (
        "tags",
        "A tag is one word of at most 30 letters, digits and hyphens, and 'a%b' is none.",
    )
    assert refusal("", "y" * 41) == (
        "tags",
        (f"A tag is one word of at most 30 letters, digits and hyphens, and '{'y' * 40}' is none."),
    )


def test_longest_note_longest_tag_and_most_tags_are_kept() -> None:
    tags = ["x" * LONGEST_TAG, *(f"tag{number}" for number in range(MOST_TAGS - 1))]

    note = read_note("x" * LONGEST_NOTE, tags)

    assert note.text == "x" * LONGEST_NOTE
    assert note.tags == tuple(sorted(tags))


def test_note_may_be_indented_and_holds_no_lone_sign() -> None:
    assert read_note("Ask:\n\t- travel\n", "# ##") == Note(text="Ask:\n\t- travel")


@pytest.mark.parametrize(
    ("note", "written"),
    [(Note(), False), (Note(text="a"), True), (Note(tags=("x",)), True)],
)
def test_note_is_something_where_anything_is_written(note: Note, *, written: bool) -> None:
    assert bool(note) is written


def test_two_long_notes_are_kept_as_far_as_there_is_room() -> None:
    one = Note(text="a" * LONGEST_NOTE, tags=tuple(f"a{number}" for number in range(MOST_TAGS)))
    other = Note(text="b", tags=("b",))

    assert together(one, other) == one
    assert len(together(other, one).text) == LONGEST_NOTE
    assert together(other, one).text.startswith("b\na")
