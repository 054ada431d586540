"""The tables of docs/detection.md, made from ``fields.tsv`` and ``weights.toml``.

``python -m monitor.detection.table docs/detection.md`` writes them anew; a test holds the document
to them.
"""

import re
import sys
from itertools import groupby
from pathlib import Path

from monitor.detection.fields import FIELDS, Way
from monitor.detection.weights import Weight, default_weights

_BLOCK = re.compile(r"(<!-- (fields|weights) begin -->\n).*?(<!-- \2 end -->)", re.DOTALL)


def filled(document: str) -> str:
    """Return ``document`` with every marked table made anew."""
    makers = {"fields": field_table, "weights": weight_table}
    return _BLOCK.sub(lambda block: f"{block[1]}\n{makers[block[2]]()}\n{block[3]}", document)


def field_table() -> str:
    """Return one table a module: field, how it is compared, what it gives, what it is."""
    parts = []
    for module, rows in groupby(FIELDS, key=lambda row: row.module):
        lines = [
            f"### {module}",
            "",
            "| field | compared | gives | what it is, or why it is not compared |",
        ]
        lines.append("|---|---|---|---|")
        for row in rows:
            gives = "" if row.how is Way.IGNORED else f"`{row.kind}`"
            name = row.path.removeprefix(module).lstrip(".") or row.path
            lines.append(f"| `{name}` | {row.how.value} | {gives} | {row.meaning} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def weight_table() -> str:
    """Return every kind with its severity and reason, and the rules that change them."""
    lines = ["| kind | severity | reason |", "|---|---|---|"]
    for kind, weight in default_weights().by_kind.items():
        lines.append(f"| `{kind}` | {weight.severity.word} | {weight.reason} |")
        lines += _rules(weight)
    return "\n".join(lines) + "\n"


def _rules(weight: Weight) -> list[str]:
    return [
        f"| &nbsp;&nbsp;when `{rule.when}` | {rule.severity.word} | {rule.reason} |"
        for rule in weight.rules
    ]


def main(path: Path) -> None:
    """Write the tables of the document at ``path`` anew."""
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
