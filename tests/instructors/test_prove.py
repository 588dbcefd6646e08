import json
import shutil
from pathlib import Path

import pytest

from graders.errors import ContentError
from instructors import prove as proving
from instructors.content import find_block
from instructors.prove import judged_on_case, prove

MINI = Path(__file__).parent.parent / "mini" / "courses" / "mini"


@pytest.fixture(scope="module")
def proof():
    return prove(find_block(str(MINI)), learners=6, redraws=3, rows=120)


def judged(mini_class):
    return judged_on_case(mini_class.block, mini_class.block.lesson("1"), mini_class.case("ana", "01_mini"))


def test_a_fair_block_has_no_wrong_mark(proof):
    assert [] == proof.wrong
    assert {"right", "blank", "trap"} == {item.kind for item in proof.judged}


def test_the_learners_are_spread_over_the_portfolios(proof):
    assert {(0, "learner-001"), (1, "learner-002"), (2, "learner-003")} <= {
        (item.redraw, item.learner) for item in proof.judged
    }


def test_the_summary_has_what_others_read(proof):
    summary = proof.summary()
    assert {"block", "questions", "learners", "redraws", "judged", "wrong_marks", "silent_traps", "seconds"} <= set(
        summary
    )
    assert len(proof.judged) == summary["judged"]


def test_a_class_is_proven_on_its_own_portfolio(command, mini_class):
    code, out, _err = command("prove", mini_class.root, "--learners", 3, "--json")
    said = json.loads(out)
    assert (0, True, 1, 0) == (code, said["given"], said["redraws"], said["wrong_marks"])
    (mini_class.root / "content" / "datasets" / "tiny" / "generate.py").unlink()
    assert 0 == command("prove", mini_class.root, "--learners", 1, "--lesson", 1)[0]


def test_a_memo_is_proven_to_wait_for_a_person(mini_class):
    memo = [item for item in judged(mini_class) if item.question == "1.4"]
    assert [*[("right", None)] * 2, *[("blank", None)] * 3] == [(item.kind, item.fault) for item in memo]


def test_a_solution_that_does_not_run_is_told_by_its_cell(mini_class):
    file = next((mini_class.block.folder / "lessons").glob("*.py"))
    file.write_text(file.read_text().replace('submit("1.1", case.data["amount"].mean())', 'submit("1.1", 1 / 0)'))
    with pytest.raises(ContentError, match=r"cell solution 1\.1 does not run: ZeroDivisionError"):
        list(judged(mini_class))


def test_a_key_that_refuses_the_solution_is_found(mini_class):
    file = mini_class.block.folder / "keys" / "lesson1.py"
    file.write_text(file.read_text().replace("amount.mean(),", "amount.mean() + 9,"))
    faults = [item for item in judged(mini_class) if getattr(item, "fault", None)]
    assert ["1.1: solution", "1.1: solution by form"] == [
        f"{item.question}: {item.detail.partition(':')[0]}" for item in faults
    ]


def test_a_form_that_differs_from_learner_to_learner_is_found(mini_class):
    file = mini_class.block.folder / "keys" / "lesson1.py"
    file.write_text(file.read_text().replace('unit="EUR"', 'unit="EUR", high=amount.max() + 1'))
    dataset = mini_class.root / "content" / "datasets" / "tiny"
    shutil.copy(MINI.parent.parent / "datasets" / "tiny" / "generate.py", dataset)
    assert ["form"] == [item.kind for item in prove(mini_class.block, 4, 1, rows=120).wrong]


def test_a_trap_whose_reply_does_not_arrive_is_found(mini_class, monkeypatch):
    original = proving.judge
    monkeypatch.setattr(
        proving,
        "judge",
        lambda *args: original(*args) if original(*args).trap is None else original(args[0], args[1], None),
    )
    faults = [item for item in judged(mini_class) if getattr(item, "fault", None)]
    assert {"trap"} == {item.kind for item in faults}
