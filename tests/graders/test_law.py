"""A law card file is read whole, or refused with all its problems at once."""

from datetime import date

import pytest

from graders.errors import DataError
from graders.law import read_law

SMALL = """
[bread-1]
place = "France"
title = "What a loaf weighs"
article = "Bread act, article 1"
text = "A loaf shall weigh 400 grams."
quoted = true
applies_from = 2020-01-01
status = "In force."
source = "https://bread.example/act"
second_source = "https://millers.example/notes"
checked = 2026-11-22
checked_how = "text seen"
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "law.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def problems(write):
    """Return the problems of the small card after some changes, without the file's name."""

    def problems(*changes):
        text = SMALL
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = write(text)
        with pytest.raises(DataError) as caught:
            read_law(file)
        lines = str(caught.value).splitlines()
        assert all(line.startswith(f"{file}: ") for line in lines)
        return [line.removeprefix(f"{file}: ") for line in lines]

    return problems


def test_an_entry_is_found_by_its_id(write):
    law = read_law(write(SMALL))["bread-1"]
    assert ("France", date(2020, 1, 1), None, True) == (law.place, law.applies_from, law.until, law.quoted)


def test_entries_cannot_be_changed(write):
    card = read_law(write(SMALL))
    with pytest.raises(ValueError, match="frozen"):
        card["bread-1"].text = "A loaf shall weigh 500 grams."
    with pytest.raises(TypeError):
        card["bread-2"] = card["bread-1"]


def test_all_problems_of_a_file_are_reported_at_once(problems):
    found = problems(('place = "France"', 'place = "Mars"'), ("quoted = true", 'quoted = "yes"'), ("status", "state"))
    assert ["`bread-1.place`", "`bread-1.quoted`", "`bread-1.status`", "`bread-1.state`"] == [
        line.split(":")[0] for line in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            'place = "France"',
            'place = "Mars"',
            "`bread-1.place`: expected 'EU', 'France' or 'United States', got 'Mars'. Correct it.",
        ),
        ('title = "What a loaf weighs"\n', "", "`bread-1.title`: expected this key, got none. Add it."),
        (
            "applies_from = 2020-01-01",
            'applies_from = "2020"',
            "`bread-1.applies_from`: expected a date like 2026-11-22, without quotes, got '2020'. Correct it.",
        ),
        (
            "https://bread.example/act",
            "the act",
            "`bread-1.source`: expected an address that begins with https://, got 'the act'. Correct it.",
        ),
        (
            "https://millers.example/notes",
            "https://bread.example/act",
            "`bread-1`: expected a second source of its own, got 'https://bread.example/act'. "
            "Name where else it was checked.",
        ),
        (
            'checked_how = "text seen"',
            'checked_how = "reported by second source"',
            "`bread-1`: expected `quoted` only with checked_how 'text seen', got 'reported by second source'. "
            "Read the text, or summarise it.",
        ),
        (
            "applies_from = 2020-01-01",
            "applies_from = 2020-01-01\nuntil = 2019-12-31",
            "`bread-1`: expected `until` from 2020-01-01 on, got '2019-12-31'. Correct one of the two days.",
        ),
        (
            'status = "In force."',
            'status = "In force."\nmark = 3',
            "`bread-1.mark`: expected no key of this name, got 3. Remove it, or correct its spelling.",
        ),
    ],
)
def test_a_problem_says_what_was_expected_what_was_found_and_what_to_do(problems, old, new, line):
    assert [line] == problems((old, new))


def test_a_long_text_is_refused(problems):
    (line,) = problems(("400 grams", "400 grams " * 100))
    assert "expected at most 700 characters" in line


def test_a_mistake_in_the_writing_is_told(write):
    with pytest.raises(DataError, match=r"law\.toml: expected TOML in UTF-8, got a mistake: Expected"):
        read_law(write("[bread"))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(
        DataError, match=r"expected a law card to read, got: no such file.* Put law\.toml beside case\.py"
    ):
        read_law(tmp_path / "law.toml")
