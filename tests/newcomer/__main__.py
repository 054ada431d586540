"""List the blocks of the papers that the drill does not run, each with its reason.

python -m tests.newcomer
"""

import sys

from tests.newcomer.papers import blocks, papers


def main() -> None:
    """List them."""
    found = [block for paper in papers() for block in blocks(paper)]
    kept = [block for block in found if block.kind == "not run"]
    lines = [f"{block.place}: not run: {block.words}" for block in kept]
    lines.append(f"{len(found)} blocks, {len(found) - len(kept)} of them run or used")
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
