"""What people read keeps to STYLE 31: no promises about fairness, no law without place and date, nothing that belittles."""

import re
from pathlib import Path

import pytest

from graders.content import load_module

ROOT = Path(__file__).resolve().parent.parent
words = load_module(Path(__file__).parent / "language" / "words.py")
texts = load_module(Path(__file__).parent / "language" / "texts.py")

LESSONS = sorted(ROOT.glob(texts.LESSONS))
SHOWN = re.compile(r'case\.law\(((?:\s*"[^"]+",?)+)\s*\)')

# a rule's name in a text -> the entries of a law card of which the lesson shows one, by the beginnings of their ids
NAMES = {
    r"\bAI Act\b": ("ai-act",),
    r"\bGDPR\b": ("gdpr", "schufa", "dun-bradstreet"),
    r"\bSCHUFA\b": ("schufa",),
    r"\bDun (?:&|and) Bradstreet\b": ("dun-bradstreet",),
    r"\bConsumer Credit Directive\b|\bCCD2?\b": ("ccd",),
    r"\bEBA\b": ("eba",),
    r"\bCRR\b|\bCapital Requirements Regulation\b": ("crr",),
    r"\bDéfenseur des droits\b": ("fr-",),
    r"\bReg(?:ulation)? B\b|\bECOA\b|\bUS commentary\b": ("reg-b",),
    r"\bCFPB\b": ("cfpb", "reg-b-2026"),
    r"\bfour-fifths\b|\b80 ?% rule\b|\b29 CFR\b": ("four-fifths",),
    r"\b[Aa]rt(?:icle|\.)\s*\d+": ("",),
}


def told(passage, finding):
    """What a reader of the test report needs: file, line, word, sentence, and what to write instead."""
    where = f"{passage.file}:{passage.line + finding.line}"
    return f"{where}: “{finding.word}” in “{finding.sentence[:120]}”. Write instead: {finding.instead}."


def shown_entries(source):
    """The ids of the law card that a lesson shows."""
    return {name for call in SHOWN.findall(source) for name in re.findall(r'"([^"]+)"', call)}


def unshown_names(text, shown):
    """The names of rules in a text of which the lesson shows no entry."""
    missing = []
    for pattern, starts in NAMES.items():
        found = re.search(pattern, text)
        if found and not any(entry.startswith(starts) for entry in shown):
            missing.append(found[0])
    return missing


def texts_of_lesson(lesson):
    """The text cells of a lesson, and the strings of its keys, practice, statements and case."""
    number = str(int(lesson.stem.partition("_")[0]))
    yield from texts.lesson_cells(ROOT, lesson)
    block = lesson.parents[1]
    for file in [
        *block.glob(f"*_{number}.py"),
        *block.glob(f"keys/lesson{number}_*.py"),
        *block.glob(f"keys/lesson{number}.py"),
    ]:
        yield from texts.strings(ROOT, file)


PASSAGES = list(texts.passages(ROOT))


@pytest.mark.parametrize("file", sorted({passage.file for passage in PASSAGES}))
def test_no_text_uses_a_word_we_do_not_use(file):
    found = [
        told(passage, finding)
        for passage in PASSAGES
        if passage.file == file
        for finding in words.findings(passage.text, law_card=file.endswith("law.toml"))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda file: file.stem)
def test_a_rule_that_a_lesson_names_is_shown_on_its_law_card(lesson):
    shown = shown_entries(lesson.read_text(encoding="utf-8"))
    found = [
        f"{passage.file}:{passage.line}: names {name}; show its entry in this lesson, `case.law(...)`, or leave the name out."
        for passage in texts_of_lesson(lesson)
        for name in unshown_names(passage.text, shown)
    ]
    assert not found, "\n" + "\n".join(found)


def test_every_kind_of_text_is_read():
    files = {passage.file for passage in PASSAGES}
    expected = {
        "README.md",
        "docs/learners.md",
        "courses/credit-xai/guide.md",
        "courses/credit-xai/law.toml",
        "courses/credit-xai/lessons/01_log_odds.py",
        "courses/credit-xai/keys/lesson1_units.py",
        "courses/credit-xai/practice_1.py",
        "datasets/credit/contract.toml",
        "datasets/credit/datasheet.md",
        "graders/figures/law_card.py",
        "instructors/grading/notices.py",
        "instructors/cli.py",
    }
    assert expected <= files


# --- the checker itself can fail -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We debias the score.",
        "A de-biased model",
        "an unbiased score",
        "It solves the bias.",
        "This fixes all discrimination at once.",
        "Fairness was solved in 2020.",
        "Choose the fair model.",
        "The score is fair.",
        "a bias-free process",
        "discrimination-free lending",
        "free of bias",
        "free from any discrimination",
        "This is illegal.",
        "It is not only unlawful but costly.",
        "legally required",
        "what the law says",
        "the whitelist",
        "a black-list",
        "master and slave",
        "a sanity check",
        "dummy variables",
        "Obviously, it falls.",
        "It is simply the sum.",
        "Simply add them.",
        "You can simply add them.",
        "Just run the cell.",
        "You only have to run it.",
    ],
)
def test_a_word_we_do_not_use_is_found(text):
    assert list(words.findings(text))


@pytest.mark.parametrize(
    "text",
    [
        "selection bias, and automation bias",
        "a loan just above the cut-off",
        "A column that weighs much may simply be good.",
        "Marking stays fair.",
        "Solve for the odds; then discuss fairness.",
        "The vendor says: “our model is unbiased and legal”. Which cell shows it?",
        "Call `debias()`.",
        "This is no legal advice.",
        "The four-fifths line is not a law of credit.",
        "In France it is unlawful since 2014.",
        "Show the law card.",
        "below the line the policy declares",
    ],
)
def test_a_word_with_a_plain_use_is_left_alone(text):
    assert [] == list(words.findings(text))


def test_place_and_date_help_only_their_own_sentence():
    assert ["illegal"] == [found.word for found in words.findings("In France since 2014. It is illegal.")]


def test_a_law_card_may_speak_of_law_and_still_promises_nothing():
    found = words.findings("The law asks for an unbiased model.", law_card=True)
    assert ["unbiased"] == [one.word for one in found]


def test_the_report_names_file_line_word_and_what_to_write():
    passage = texts.Passage("docs/page.md", 10, "First line.\n\nThen we use\na whitelist.")
    (finding,) = words.findings(passage.text)
    assert told(passage, finding).startswith(
        "docs/page.md:13: “whitelist” in “Then we use a whitelist.”. Write instead: "
    )


def test_a_word_across_two_lines_is_found():
    assert ["the\nlaw"] == [found.word for found in words.findings("It is the\nlaw.")]


def test_text_cells_are_read_and_solutions_are_not(tmp_path):
    file = tmp_path / "01_x.py"
    file.write_text(
        '# %% [markdown]\n# One.\n#\n# Two.\n\n# %% figure\nshow("three")\n\n# %% solution 1.1\nx = "four"\n'
    )
    cells = [(passage.line, passage.text.strip()) for passage in texts.lesson_cells(tmp_path, file)]
    assert [(2, "One.\n\nTwo.")] == cells
    assert ["three"] == [passage.text for passage in texts.code_strings(tmp_path, file)]


def test_only_the_sentences_of_the_catalogue_are_read_from_the_product(tmp_path):
    file = tmp_path / "m.py"
    file.write_text('"""Module."""\nhide("x")\nsay(_("Saved {moment}"))\n')
    assert [("m.py", 3, "Saved {moment}")] == list(texts.catalogue(tmp_path, file))


def test_a_rule_named_without_its_card_is_found():
    assert ["GDPR", "article 22"] == unshown_names("The GDPR, article 22, says so.", set())
    assert [] == unshown_names("The GDPR, article 22, says so.", {"gdpr-22"})
    assert ["four-fifths"] == unshown_names("the four-fifths line", {"gdpr-22"})


def test_the_entries_a_lesson_shows_are_read_from_its_source():
    assert {"gdpr-22", "schufa"} == shown_entries('# %% figure law\ncase.law("gdpr-22",\n    "schufa")\n')
