"""The blocks' law cards can be read and shown, and no key hangs on them."""

import ast
import re
from pathlib import Path

import pytest

from graders.figures import law_card
from graders.law import read_law

ROOT = Path(__file__).parents[2]
CARDS = sorted((ROOT / "courses").glob("*/law.toml"))
KEYS = sorted((ROOT / "courses").glob("*/keys/*.py"))
ASKED = re.compile(r"case\.law\(([^)]*)\)")
CREDIT = {
    "ai-act-annex-iii-5b",
    "ai-act-14",
    "ai-act-86",
    "gdpr-22",
    "gdpr-15-1h",
    "schufa",
    "dun-bradstreet",
    "ccd-18",
    "ccd-6",
    "eba-loan-origination",
    "fr-residence",
    "reg-b-9b2",
    "reg-b-9b2-1",
    "reg-b-9b2-4",
    "reg-b-9b2-5",
    "cfpb-2022-03",
    "reg-b-2026",
    "four-fifths",
    "crr-178",
}


def reads_law(source):
    """Return whether Python text imports `graders.law`, shows a card, or opens ``law.toml``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith("graders.law."):
            return True
        if isinstance(node, ast.ImportFrom | ast.Import) and {"law", "law_card", "graders.law"} & {
            alias.name for alias in node.names
        }:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"law", "law_card", "read_law"}:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "law.toml" in node.value:
            return True
    return False


@pytest.mark.parametrize("file", KEYS, ids=lambda file: file.name)
def test_no_key_reads_a_law_card(file):
    assert not reads_law(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "import graders.law",
        "from graders import law",
        "from graders.law import read_law",
        "from graders.figures import law_card",
        "case.law('gdpr-22')",
        "open(case.directory / 'law.toml')",
    ],
)
def test_a_key_that_reads_one_would_be_found(source):
    assert reads_law(source)


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.parent.name)
def test_every_entry_of_a_card_can_be_shown(file):
    assert "Not legal advice" in repr(law_card(read_law(file).values()))


@pytest.mark.parametrize("lesson", sorted((ROOT / "courses").glob("*/lessons/*.py")), ids=lambda file: file.stem)
def test_a_lesson_asks_only_for_entries_there_are(lesson):
    asked = {
        name for call in ASKED.findall(lesson.read_text(encoding="utf-8")) for name in re.findall(r'"(.+?)"', call)
    }
    card = lesson.parents[1] / "law.toml"
    assert asked <= (set(read_law(card)) if card.is_file() else set())


def test_the_credit_card_has_the_entries_the_lessons_were_promised():
    assert set(read_law(ROOT / "courses/credit-xai/law.toml")) == CREDIT


def test_the_case_of_a_learner_shows_the_entries_asked_for(case_of):
    shown = repr(case_of("credit-xai", "1").law("gdpr-22", "four-fifths"))
    headings = [line.split(" · ")[0] for line in shown.splitlines() if " · " in line]
    assert ["EU", "United States"] == headings
