from types import ModuleType

import pytest

from graders.errors import ContentError
from graders.keys import key, keys_of
from graders.practice import practice, practice_of


def module(**names):
    made = ModuleType("made")
    made.__file__ = "made.py"
    vars(made).update(names)
    return made


def test_a_key_knows_its_question_points_and_title():
    @key("1.3", points=3, competency="C2")
    def drivers(case):
        """Five names, strongest first."""

    found = keys_of(module(drivers=drivers))["1.3"]
    assert (3.0, "C2", "Five names, strongest first.") == (found.points, found.competency, found.title)


def test_two_keys_for_one_question_are_refused():
    first = key("1.3", points=3, competency="C2")(lambda case: None)
    second = key("1.3", points=2, competency="C2")(lambda case: None)
    with pytest.raises(ContentError, match=r"question 1\.3 has two keys"):
        keys_of(module(first=first, second=second))


@pytest.mark.parametrize("question", ["1", "1.a", "0.1", "q1.1", ""])
def test_a_question_id_of_another_form_is_refused(question):
    with pytest.raises(ContentError, match="Expected a question id"):
        key(question, points=1, competency="C1")


def following(*follows, question="1.3"):
    """The key of a question that gives back what it is shown of earlier answers."""
    return key(question, points=2, competency="C1", follows=follows)(lambda case, earlier: earlier).__situ_key__


def test_a_key_is_shown_the_answers_it_follows_and_no_others():
    assert {"1.1": "512,40", "1.2": None} == following("1.1", "1.2").expect(None, {"1.1": "512,40", "1.5": 3})


def test_a_key_that_follows_nothing_is_shown_no_answers():
    assert "case" == key("1.3", points=2, competency="C1")(lambda case: case).__situ_key__.expect("case", {"1.1": 3})


@pytest.mark.parametrize("blank", [None, "", "...", {"$blank": True}, {"a": None, "b": "…"}])
def test_an_earlier_answer_that_says_nothing_is_none(blank):
    assert {"1.1": None} == following("1.1").expect(None, {"1.1": blank})


def test_a_key_that_takes_an_earlier_answer_apart_changes_nothing():
    earlier = {"1.1": {"names": ["a", "b"]}}
    shown = following("1.1").expect(None, earlier)
    shown["1.1"]["names"].clear()
    assert {"1.1": {"names": ["a", "b"]}} == earlier
    with pytest.raises(TypeError):
        shown["1.1"] = 3


@pytest.mark.parametrize("follows", [("1.3",), ("1.4",), ("2.1",), ("1.a",), ("1.1", "1.1"), "1.1", ("",), (None,)])
def test_only_earlier_questions_of_the_lesson_can_be_followed(follows):
    with pytest.raises(ContentError, match=r'Question 1\.3: expected follows=\("1\.1",\) with earlier questions'):
        key("1.3", points=2, competency="C1", follows=follows)


def test_the_tenth_question_may_follow_the_ninth():
    assert ("1.9",) == following("1.9", question="1.10").follows


def test_a_key_that_follows_must_take_the_earlier_answers():
    with pytest.raises(ContentError, match=r"Question 1\.3: expected a function of \(case, earlier\)"):
        key("1.3", points=2, competency="C1", follows=("1.1",))(lambda case: case)


@pytest.mark.parametrize("points", [0, -1, float("nan"), float("inf")])
def test_points_that_are_none_are_refused(points):
    with pytest.raises(ContentError, match="expected points"):
        key("1.1", points=points, competency="C1")


def test_a_practice_item_has_three_hints_and_the_last_one_stays():
    marked = practice("1.a", hints=("look", "closer", lambda case: f"as with {case}"))(lambda case: None)
    item = practice_of(module(marked=marked))["1.a"]
    assert ["look", "closer", "as with B", "as with B"] == [item.hint(level, "B") for level in (1, 2, 3, 9)]


def test_a_practice_item_with_two_hints_is_refused():
    with pytest.raises(ContentError, match="expected 3 hints, got 2"):
        practice("1.a", hints=("look", "closer"))
