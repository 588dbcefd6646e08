"""`docs/attacks.md` says what the suite does: every attack has its row there, and no other row is there."""

from pathlib import Path

from graders.content import load_module

suite = load_module(Path(__file__).with_name("suite.py"))
PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"


def test_the_page_has_the_tables_of_the_suite():
    text = PAGE.read_text(encoding="utf-8")
    wanted = "\n".join(suite.tables())
    assert text[text.index("\n## ") + 1 :].strip() == wanted.strip(), f"expected in {PAGE.name}:\n{wanted}"


def test_the_page_counts_the_attacks():
    assert f"\n{len(suite.ATTACKS)} hostile submissions" in PAGE.read_text(encoding="utf-8")


def test_no_two_attacks_have_a_name_or_a_learner_in_common():
    assert len(suite.ATTACKS) == len({each.name for each in suite.ATTACKS})
    assert len(suite.ATTACKS) == len({each.student for each in suite.ATTACKS})
