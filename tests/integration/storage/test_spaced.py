"""Several words in one column."""

from monitor.domain.topics import Topic
from storage.spaced import spaced


def test_words_are_kept_once_and_in_order() -> None:
    assert spaced([]) == ""
    assert spaced([Topic.STATUS, Topic.PLACES, Topic.STATUS]) == " places status "
