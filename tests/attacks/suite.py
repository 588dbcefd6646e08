"""All attacks, in one list; and the rows they have in `docs/attacks.md`."""

from pathlib import Path

from graders.content import load_module

GROUPS = {
    "in_the_kernel": "Making a wrong answer count",
    "changing": "Changing cells, grades and files",
    "broken": "Files that stop whoever reads them",
    "exhausting": "Using up what there is, and dying",
    "escaping": "Reaching what is not the learner's",
    "on_humans": "Attacking whoever reads",
    "names": "Attacking through names",
}
BY_GROUP = {title: load_module(Path(__file__).with_name(f"{name}.py")).ATTACKS for name, title in GROUPS.items()}
ATTACKS = tuple(attack for attacks in BY_GROUP.values() for attack in attacks)
_HEAD = ("| attack | technique | what it tries | outcome | points | others disturbed |", "|---|---|---|---|---:|---:|")


def tables() -> list[str]:
    """Return the lines of the page's tables: a heading, the head, a row for each attack."""
    lines = []
    for title, attacks in BY_GROUP.items():
        lines += ["", f"## {title}", "", *_HEAD, *map(_row, attacks)]
    return lines[1:]


def _row(attack) -> str:
    points = "–" if attack.outcome == "refused" else f"{sum(attack.earned):g} of 6"
    return f"| `{attack.name}` | {attack.technique} | {attack.tries} | {attack.outcome} | {points} | 0 |"


def chosen(*names: str) -> list:
    """Return attacks by name."""
    known = {attack.name: attack for attack in ATTACKS}
    return [known[name] for name in names]
