"""The gallery as files: one page, each mail beside it, each text beside that."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from trialwatch.gallery.pieces import Piece

_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Every message of trialwatch</title>
<style>
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; font: 1rem/1.5 sans-serif; color-scheme: light dark; }
section { border-top: 1px solid #767676; margin-top: 2rem; }
h2 { font-size: 1.2rem; overflow-wrap: anywhere; }
iframe { border: 1px solid #767676; height: 40rem; width: 100%; max-width: 44rem; }
.narrow { width: 20rem; max-width: 100%; }
pre { max-height: 40rem; overflow: auto; border: 1px solid #767676; padding: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Every message of trialwatch</h1>
<p>Made from made-up records by what makes the real ones. Each mail stands here as wide as a
screen, as wide as a phone, and as text.</p>
"""
_FOOT: Final = "</main>\n</body>\n</html>\n"


def write_gallery(pieces: Iterable[Piece], folder: Path) -> int:
    """Write the gallery into a folder, which is made; return how many messages it shows.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for piece in pieces:
        (folder / f"{piece.name}.txt").write_text(_as_file(piece), encoding="utf-8")
        if piece.html is not None:
            (folder / f"{piece.name}.html").write_text(piece.html, encoding="utf-8")
        shown.append(_section(piece))
    (folder / "index.html").write_text("".join([_HEAD, *shown, _FOOT]), encoding="utf-8")
    return len(shown)


def _as_file(piece: Piece) -> str:
    return f"Subject: {piece.subject}\n\n{piece.text}" if piece.subject else f"{piece.text}\n"


def _section(piece: Piece) -> str:
    words = (escape(word) for word in (piece.name, piece.title, piece.subject, piece.text))
    name, title, subject, text = words
    frames = (
        f'<iframe src="{name}.html" title="{name}, wide"></iframe>\n'
        f'<iframe class="narrow" src="{name}.html" title="{name}, narrow"></iframe>\n'
    )
    return (
        f"<section>\n<h2>{subject or name}</h2>\n<p>{title} ({name})</p>\n"
        f"{frames if piece.html is not None else ''}"
        f'<pre tabindex="0" role="region" aria-label="{name}, text">{text}</pre>\n</section>\n'
    )
