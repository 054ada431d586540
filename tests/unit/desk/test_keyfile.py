"""A key is read from a file of its owner's alone, and is in no error."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from trialwatch.desk.asking import Server, checked
from trialwatch.desk.keyfile import read_key

KEY = "tw_MadeUpForThisTestAlone123"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n", encoding="ascii")
    path.chmod(0o600)
    return path


def test_key_is_read_without_its_line_end(file: Path) -> None:
    assert read_key(file) == KEY
    file.chmod(0o400)
    assert read_key(file) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o777])
def test_file_open_to_others_is_refused_with_the_way_out(file: Path, mode: int) -> None:
    file.chmod(mode)

    with pytest.raises(ConfigError, match=f"mode {mode:04o}.*chmod 600") as refused:
        read_key(file)

    assert KEY not in str(refused.value)


@pytest.mark.parametrize("text", ["", "secret-of-another-kind", f"{KEY} {KEY}", f"{KEY}\nX: 1"])
def test_what_is_no_key_is_refused_and_not_repeated(file: Path, text: str) -> None:
    file.write_text(text, encoding="ascii")

    with pytest.raises(ConfigError, match="holds no key") as refused:
        read_key(file)

    assert not text or text not in str(refused.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing"):
        read_key(tmp_path / "nothing")


def test_key_is_not_shown_with_its_server() -> None:
    assert KEY not in repr(Server("https://trials.example.org", KEY))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("trials.example.org", "write the address"),
        ("ftp://trials.example.org", "write the address"),
        ("https://", "write the address"),
        ("https://ada:pw@trials.example.org", "name or password"),
        ("http://trials.example.org", "use https"),
        ("https://trials.example.org:99999", "Port"),
    ],
)
def test_address_that_no_key_may_go_to_is_refused(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        checked(url)


@pytest.mark.parametrize(
    "url", ["https://trials.example.org", "https://x.example/tw", "http://localhost:8080"]
)
def test_address_of_pages_is_taken(url: str) -> None:
    assert checked(url).hostname
