import shutil
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.errors import ContentError
from graders.keys import Key, key
from instructors.classes import open_class, reduced_lines
from instructors.content import Block, read_block
from instructors.leaving_out import kept_keys, left_out, lessons_kept, shared


def asked(question, points=2.0, **more):
    return Key(question, points, "C1", lambda case: None, **more)


KEYS = [
    asked("1.1", needs=("date",)),
    asked("1.2", 3.0),
    asked("1.3", 3.0, follows=("1.1",)),
    asked("1.4", follows=("1.3",)),
    asked("2.1", needs=("date", "twins")),
]


@pytest.fixture
def block(mini_content):
    whole = read_block(mini_content / "courses" / "mini")
    second = whole.settings.lessons[0].model_copy(update={"id": "2", "file": "02_more"})
    settings = whole.settings.model_copy(update={"lessons": [*whole.settings.lessons, second]})
    made = Block(whole.folder, settings)
    made.__dict__["every_key"] = {one.question: one for one in KEYS}
    return made


@pytest.fixture
def content(mini_content, tmp_path):
    return shutil.copytree(mini_content / "courses" / "mini", tmp_path / "courses" / "mini")


def test_nothing_is_left_out_of_a_block_whose_portfolio_has_all(block):
    assert {} == left_out(block, {"date": "", "twins": ""})


def test_a_question_goes_with_what_it_needs_and_takes_along_what_follows_it(block):
    assert {
        "1.1": "the contract has no date",
        "1.3": "it builds on 1.1, which this class does not ask",
        "1.4": "it builds on 1.3, which this class does not ask",
        "2.1": "the contract has no date",
    } == left_out(block, {"date": "the contract has no date"})


def test_all_that_lacks_is_told(block):
    assert "no date; no twins" == left_out(block, {"date": "no date", "twins": "no twins"})["2.1"]


def test_a_question_goes_where_the_instructor_names_it(block):
    assert {"1.2": "the instructor left it out"} == left_out(block, {}, ["1.2"])


def test_a_name_that_is_no_question_is_told_with_those_there_are(block):
    with pytest.raises(ContentError, match=r"got 1\.9, 3\.1\. It has 1\.1, 1\.2"):
        left_out(block, {}, ["1.2", "1.9", "3.1"])


def test_a_lesson_goes_when_all_its_questions_go(block):
    assert ["1"] == [entry.id for entry in lessons_kept(block, left_out(block, {"twins": "none"}))]


def test_the_questions_that_stay_share_the_points_of_those_that_go():
    kept = kept_keys({one.question: one for one in KEYS}, {"1.1"})
    assert {"1.2": 4.0, "1.3": 3.5, "1.4": 2.5, "2.1": 2.0} == {name: one.points for name, one in kept.items()}


def test_a_lesson_that_asks_all_keeps_its_points_whatever_they_are():
    keys = {"1.1": asked("1.1", 0.3), "1.2": asked("1.2", 0.4), "2.1": asked("2.1"), "2.2": asked("2.2")}
    assert [0.3, 0.4, 4.0] == [one.points for one in kept_keys(keys, {"2.1"}).values()]


def test_a_question_marked_by_a_rubric_keeps_its_points_and_gives_none():
    keys = {"1.1": asked("1.1"), "1.2": asked("1.2"), "1.3": asked("1.3", 40.0)}
    assert [4.0, 40.0] == [one.points for one in kept_keys(keys, {"1.1"}, {"1.3"}).values()]
    assert [2.0, 2.0] == [one.points for one in kept_keys(keys, {"1.3"}, {"1.3"}).values()]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(0, 40))
def test_shared_points_keep_their_total_and_nobody_is_left_without(halves, more):
    points = {str(place): half / 2 for place, half in enumerate(halves)}
    total = sum(points.values()) + more / 2
    found = shared(points, total)
    assert total == sum(found.values())
    assert all(one >= 0.5 and one * 2 == int(one * 2) for one in found.values())
    assert all(abs(found[name] - own * total / sum(points.values())) < 1 for name, own in points.items())


def test_a_total_beyond_whole_steps_is_kept_too():
    assert {"1.1": 6.25, "1.2": 4.0} == shared({"1.1": 3.0, "1.2": 2.0}, 10.25)


@pytest.mark.parametrize("needs", ["date", ("Date",), (1,), {"date"}])
def test_needs_of_another_form_are_refused(needs):
    with pytest.raises(ContentError, match=r'Question 1\.1: expected needs=\("date",\)'):
        key("1.1", points=1, competency="C1", needs=needs)


def test_a_need_that_the_block_does_not_name_is_refused(content):
    file = content / "keys" / "extra.py"
    file.write_text(
        'from graders.keys import key\n\n@key("1.5", points=1, competency="C1", needs=("date",))\ndef f(case):\n    "x"\n'
    )
    with pytest.raises(ContentError, match=r"expected question 1\.5 to need what block\.toml names .* got date"):
        _ = read_block(content).every_key


def test_a_block_asks_only_what_its_class_keeps(content):
    whole = read_block(content)
    kept = replace(whole, left_out={"1.2": "none"})
    assert ["1.1", "1.3", "1.4"] == list(kept.keys("1"))
    assert sum(one.points for one in whole.keys("1").values()) == sum(one.points for one in kept.keys("1").values())


def test_an_unknown_question_under_left_out_is_told(content):
    with pytest.raises(ContentError, match=r"got 1\.9\. Correct class\.toml"):
        _ = replace(read_block(content), left_out={"1.9": "none"}).all_keys


def test_a_question_that_builds_on_one_left_out_is_told(block):
    with pytest.raises(ContentError, match=r"question 1\.3 to be left out too"):
        _ = with_keys(block, left_out={"1.1": "none"}).all_keys


def with_keys(block, **changed):
    made = replace(block, **changed)
    made.__dict__["every_key"] = block.every_key
    return made


LEFT_OUT, LACKING, NOTES = {"1.2": 'a "date"\n'}, {"date": "é \x7f"}, {"all": ["One."], "1.end": ["Two.", "Three."]}


def test_what_a_class_leaves_out_is_read_as_it_was_written():
    lines = "\n".join(reduced_lines(LEFT_OUT, LACKING, NOTES))
    assert {"left_out": LEFT_OUT, "lacking": LACKING, "notes": NOTES} == tomllib.loads(lines)


def test_a_class_that_leaves_out_nothing_has_no_lines():
    assert [] == reduced_lines({}, {}, {})


def test_a_class_asks_what_its_settings_keep(mini_class):
    settings = mini_class.root / "class.toml"
    settings.write_text("\n".join([settings.read_text(), *reduced_lines(LEFT_OUT, LACKING, NOTES)]))
    made = open_class(mini_class.root)
    assert ["1.1", "1.3", "1.4"] == list(made.keys("01_mini"))
    assert (LACKING, NOTES) == (made.block.lacking, made.block.notes)
