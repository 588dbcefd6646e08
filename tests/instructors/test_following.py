"""A question that follows another is fair whatever was answered before: part of the proof."""

import pytest

from graders.expectations import Memo
from graders.judging import judge
from graders.verdict import State
from instructors import simulate
from instructors.following import earns_all, followed, odd_parts
from instructors.prove import judged_on_case
from instructors.simulate import Profile

_TAKES_PARTS = (
    'own = earlier["2.1"]\n'
    "    odd = own.get('pd') if isinstance(own, dict) else None\n"
    "    int(odd * 10 if odd else 0)\n"
    "    own = MEAN.read(own, case.picks)"
)


@pytest.fixture
def case(memo_class):
    return memo_class.case("ana", "02_memo")


def rewritten(made, old, new):
    file = made.block.folder / "keys" / "lesson2.py"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return made.block.keys("2")


def tried(keys, case):
    solved = {"2.1": case.data["amount"].mean(), "2.2": 12 * case.data["amount"].mean(), "2.3": "ten words " * 5}
    return list(followed(keys["2.2"], keys, case, solved))


def faults(keys, case):
    return {item.after: item.fault for item in tried(keys, case) if item.fault}


def test_after_a_wrong_answer_what_follows_from_it_is_right(memo_class, case):
    keys, largest = memo_class.keys("02_memo"), case.data["amount"].max()
    verdict = judge(keys["2.2"], case, 12 * largest, {"2.1": f"{largest:.2f}"})
    assert State.RIGHT is verdict.state


def test_after_a_wrong_answer_the_class_sees_the_trap_on_that_answer(memo_class, case):
    keys, largest = memo_class.keys("02_memo"), case.data["amount"].max()
    assert "mean-not-dozen" == judge(keys["2.2"], case, largest, {"2.1": largest}).trap


def test_a_fair_question_is_right_after_whatever_was_answered(memo_class, case):
    assert {} == faults(memo_class.keys("02_memo"), case)
    assert {"solutions by form", "2.1 largest-not-mean", "2.1 nothing", "2.1 words", "nothing at all"} <= {
        item.after for item in tried(memo_class.keys("02_memo"), case)
    }


@pytest.mark.parametrize(
    "name", ["nothing", "the largest number", "a number too large", "a spaced number", "a long text"]
)
def test_each_part_of_an_earlier_answer_is_broken_in_turn(name):
    tried = dict(odd_parts({"pd": 3.0, "why": "late"}))
    assert ("late", 3.0) == (tried[f"{name} in pd"]["why"], tried[f"{name} in why"]["pd"])
    assert 3.0 != tried[f"{name} in pd"]["pd"]


def test_each_place_of_an_earlier_list_is_broken_in_turn():
    tried = dict(odd_parts(["a", "b"]))
    assert (["12 345", "b"], ["a", 1e308]) == (
        tried["a spaced number in place 1"],
        tried["the largest number in place 2"],
    )


def test_an_absurdly_large_earlier_answer_is_told_as_one(memo_class, case):
    assert "2.1 the largest number" in {item.after for item in tried(memo_class.keys("02_memo"), case)}
    assert State.MALFORMED is judge(memo_class.keys("02_memo")["2.1"], case, 1e308).state


def test_an_earlier_answer_of_one_value_has_no_parts():
    assert [] == [*odd_parts(3.0), *odd_parts("late"), *odd_parts(None)]


def test_a_key_that_fails_on_one_odd_part_of_an_earlier_answer_is_found(memo_class, case, monkeypatch):
    odd = [("the largest number in pd", {"pd": 1e308})]
    monkeypatch.setattr("instructors.following.odd_parts", lambda answer: odd)
    keys = rewritten(memo_class, 'own = MEAN.read(earlier["2.1"], case.picks)', _TAKES_PARTS)
    assert "OverflowError" in faults(keys, case)["2.1 the largest number in pd"]


@pytest.mark.parametrize(("text", "earns"), [("ten words " * 5, True), ("Too short.", False)])
def test_only_a_memo_of_the_length_asked_for_is_a_right_answer(text, earns):
    memo = Memo("A", 3, 50)
    assert earns is earns_all(memo, memo.judge(text))


def test_a_question_that_follows_nothing_is_tried_after_nothing(memo_class, case):
    keys = memo_class.keys("02_memo")
    assert [] == list(followed(keys["2.1"], keys, case, {}))


def test_a_key_that_takes_the_earlier_answer_for_a_number_is_found(memo_class, case):
    keys = rewritten(memo_class, "own.value if isinstance(own, Read) else", 'earlier["2.1"] or')
    assert {"solutions by form", "2.1 words", "2.1 no data"} <= set(faults(keys, case))


def test_a_form_that_tells_the_earlier_answer_is_found(memo_class, case):
    keys = rewritten(memo_class, 'label="A dozen loans"', 'label=f"Twelve times {mean:.0f}"')
    assert "its form changes with the earlier answer" == faults(keys, case)["2.1 largest-not-mean"]


def test_the_proof_of_a_lesson_tries_what_follows(memo_class, case):
    found = list(judged_on_case(memo_class.block, memo_class.block.lesson("2"), case))
    assert "after 2.1 largest-not-mean" in {getattr(item, "detail", "") for item in found}
    assert [] == [item for item in found if getattr(item, "fault", None)]


@pytest.mark.parametrize(("slips", "state"), [({}, State.RIGHT), ({"2.1": 0}, State.WRONG)])
def test_a_simulated_learner_works_on_with_an_answer_of_their_own(memo_class, case, slips, state):
    keys = memo_class.keys("02_memo")
    given = simulate.answers(Profile("ana", "", slips=slips, skips=("2.3",)), keys, case)
    assert (state, State.RIGHT) == tuple(
        judge(keys[asked], case, given[asked], given).state for asked in ("2.1", "2.2")
    )


def test_the_form_learners_get_is_made_with_no_answers(memo_class):
    assert "A dozen loans" in (memo_class.root / "source" / "02_memo" / "lesson.json").read_text()
