from instructors.proof_page import proof_page
from instructors.prove import Judged, Proof, Silent


def judged(question, kind, fault=None):
    return Judged(question, "ana", 0, kind, "", fault)


PROOF = Proof(
    block="mini",
    questions=("1.2", "1.10"),
    learners=4,
    redraws=2,
    judged=(judged("1.2", "right"), judged("1.2", "trap"), judged("1.10", "trap", "taken for another")),
    silent=(Silent("1.10", "bob", 1, "all-reversed"), Silent("1.2", "bob", 1, "sign-lost")),
    seconds=1.0,
)


def test_each_question_has_its_line_of_counts():
    assert "| 1.2 | 1 | 0 | 1 | 1 | 50 % | 0 |" in proof_page(PROOF).splitlines()


def test_a_wrong_mark_is_not_counted_as_a_refusal():
    assert "| 1.10 | 0 | 0 | 0 | 1 | 100 % | 1 |" in proof_page(PROOF).splitlines()


def test_silent_traps_are_listed_in_the_order_of_the_questions():
    lines = [line for line in proof_page(PROOF).splitlines() if "`" in line and line.startswith("|")]
    assert ["| 1.2 | `sign-lost` | 25 % |", "| 1.10 | `all-reversed` | 25 % |"] == lines
