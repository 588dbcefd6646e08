"""Verdicts on statements, names mapped to options: corrected for guessing, replied to row by row."""

import pytest

from graders.errors import ContentError
from graders.expectations import Mapping, Table, Trap
from graders.forms import Pick
from graders.verdict import State

OPTIONS = {"yes": "Supported", "no": "Contradicted", "unknown": "Cannot be known"}
ROWS = {
    "weighs": "DTI weighs more than age",
    "causal": "Cutting utilisation would lower the real risk",
    "always": "Low income always adds",
}
CLAIMS = Table(
    {"weighs": "yes", "causal": "unknown", "always": "no"},
    ROWS,
    OPTIONS,
    per_row_replies={
        "causal": {"yes": Trap("cause", None, "The model would answer differently; the borrower may not.")},
        "weighs": {"unknown": "It is in the table."},
    },
    traps=[Trap("all-supported", dict.fromkeys(ROWS, "yes"), "Not every sentence follows from a chart.")],
)


@pytest.mark.parametrize(("right", "score"), [(3, 1.0), (2, 0.5), (1, 0.0), (0, 0.0)])
def test_the_score_is_corrected_for_guessing(right, score):
    wrong = {"weighs": "no", "causal": "no", "always": "unknown"}
    answer = {**wrong, **dict(list(CLAIMS.expected.items())[:right])}
    assert score == pytest.approx(
        CLAIMS.judge({row: [name] if isinstance(name, str) else list(name) for row, name in answer.items()}).score
    )


def test_a_blank_row_is_a_row_not_right():
    assert pytest.approx(CLAIMS.judge({"weighs": "yes", "causal": "unknown", "always": ...}).score) == 0.5


def test_the_first_wrong_row_with_a_reply_is_replied_to():
    verdict = CLAIMS.judge({"weighs": "yes", "causal": "Supported", "always": "no"})
    assert verdict.trap == "causal:cause"
    assert verdict.message.startswith("Cutting utilisation would lower the real risk: The model would answer")


def test_a_reply_without_a_name_is_named_after_the_wrong_option():
    assert CLAIMS.judge({"weighs": "unknown", "causal": "yes", "always": "no"}).trap == "weighs:unknown"


def test_row_replies_are_exposed_as_whole_answers():
    assert [trap.name for trap in CLAIMS.live_traps()] == ["all-supported", "causal:cause", "weighs:unknown"]
    assert CLAIMS.live_traps()[1].answer == {"weighs": "yes", "causal": "yes", "always": "no"}


def test_a_whole_answer_is_recognised_before_its_rows():
    assert CLAIMS.judge(dict.fromkeys(ROWS, "yes")).trap == "all-supported"


def test_a_reply_to_what_is_right_here_is_silent():
    table = Table({"a": "yes", "b": "no"}, ["a", "b"], ["yes", "no"], per_row_replies={"a": {"yes": "Never shown."}})
    assert [trap.name for trap in table.silent_traps()] == ["a:yes"]
    assert "Never shown." not in table.judge({"a": "yes", "b": "yes"}).message


def test_rows_without_a_reply_are_pointed_at():
    assert "Look again at: 3." in CLAIMS.judge({"weighs": "yes", "causal": "unknown", "always": "yes"}).message


def test_a_case_on_the_line_accepts_both_options():
    near = Mapping(
        {"age": {"not-below", "inconclusive"}, "zone": "below"}, ["age", "zone"], ["below", "not-below", "inconclusive"]
    )
    assert {1.0} == {near.judge({"zone": "below", "age": name}).score for name in ("not below", "inconclusive")}


def test_rows_and_options_may_be_picked_per_learner():
    directions = Mapping({"dti": "raises", "age": "lowers"}, Pick("features"), Pick("directions"))
    picks = {
        "features": ["dti", "age"],
        "directions": {"raises": "Raises", "lowers": "Lowers", "none": "No single direction"},
    }
    assert directions.judge({"dti": "RAISES", "age": "lowers"}, picks).score == 1.0
    assert pytest.approx(directions.judge({"dti": "raises", "age": "none"}, picks).score) == 0.25


def test_an_unknown_option_is_malformed():
    assert CLAIMS.judge({"weighs": "perhaps"}).state == State.MALFORMED


@pytest.mark.parametrize(
    "bad",
    [
        {"expected": {"a": "maybe", "b": "no"}},
        {"expected": {"a": "yes"}},
        {"expected": {"a": "yes", "b": "no", "c": "no"}},
        {"options": ["yes"]},
        {"per_row_replies": {"a": {"maybe": "Text."}}},
        {"per_row_replies": {"c": {"yes": "Text."}}},
    ],
)
def test_a_table_that_does_not_fit_its_rows_is_our_mistake(bad):
    with pytest.raises(ContentError):
        Table(**{"expected": {"a": "yes", "b": "no"}, "rows": ["a", "b"], "options": ["yes", "no"], **bad})
