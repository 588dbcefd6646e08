"""Parts, results, receipts, and forms as JSON."""

import pytest

from graders.errors import ContentError
from graders.forms import (
    ArrayForm,
    ChoiceForm,
    ChoicesForm,
    Malformed,
    MappingForm,
    NotAttempted,
    NumberForm,
    PartsForm,
    Pick,
    RankingForm,
    Read,
    ResultsForm,
    TableForm,
    from_json,
    in_words,
    to_json,
)

PARTS = PartsForm({"base": NumberForm("Base value", "%"), "side": ChoiceForm(["above", "below"])})
FORMS = [
    NumberForm("PD", "%", 0, 100.5, True),
    ChoiceForm({"a": "A", "b": "B"}, "which"),
    ChoicesForm(Pick("features"), exactly=3),
    ChoicesForm(["a", "b"], at_most=2),
    RankingForm(Pick("features"), 5),
    TableForm(Pick("statements"), {"yes": "Supported", "no": "Contradicted"}),
    MappingForm(["dti"], ["raises", "lowers"]),
    ArrayForm((2, 3), "%"),
    ResultsForm(20),
    PARTS,
]


def test_parts_are_read_each_by_its_own_form():
    assert Read({"base": Read(8.1), "side": Read("below")}) == PARTS.read({"base": "8,1 %", "side": "Below"})


def test_a_part_left_out_is_not_attempted():
    assert Read({"base": Read(8.1), "side": NotAttempted()}) == PARTS.read({"base": 8.1, "side": ...})


@pytest.mark.parametrize("typed", [{"base": ..., "side": ...}, {}, ..., None])
def test_blank_parts_are_not_attempted(typed):
    assert NotAttempted() == PARTS.read(typed)


def test_a_malformed_part_is_named_by_its_label():
    assert PARTS.read({"base": "high", "side": "below"}).message.startswith("Base value: A number in % was expected")


@pytest.mark.parametrize("typed", [{"other": 1}, {"base": 1, "BASE": 2}, 8.1, "below", [1], []])
def test_other_parts_than_asked_are_refused(typed):
    assert "These parts were expected: base, side." in PARTS.read(typed).message


def test_more_than_three_problems_are_counted():
    form = PartsForm({letter: NumberForm() for letter in "abcde"})
    assert form.read(dict.fromkeys("abcde", "x")).message.splitlines()[-1] == "Other parts to look at again: 3."


def test_results_that_are_no_numbers_are_kept_for_judging():
    assert Read((1, {"$number": "nan"}, None)) == ResultsForm(3).read([1, {"$number": "nan"}, None])


def test_a_function_that_returns_nothing_is_not_attempted():
    assert NotAttempted() == ResultsForm(2).read([None, None])


@pytest.mark.parametrize("typed", [[1], 3, "1, 2", {"a": 1}])
def test_another_number_of_results_is_refused(typed):
    assert isinstance(ResultsForm(2).read(typed), Malformed)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_a_form_survives_the_way_through_json(form):
    assert form == from_json(to_json(form))


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"kind": "essay"},
        {"kind": ["number"]},
        {"kind": "results"},
        {"kind": "results", "count": "3", "label": ""},
        {"kind": "results", "count": True, "label": ""},
        {"kind": "results", "count": 3, "label": "", "expected": [1]},
        {"kind": "choice", "options": {"$pick": 3}, "label": ""},
    ],
)
def test_what_is_no_form_is_our_mistake(data):
    with pytest.raises(ContentError):
        from_json(data)


@pytest.mark.parametrize(
    ("form", "typed", "words"),
    [
        (NumberForm(unit="%"), "3,5", "3.5 %"),
        (NumberForm(), 1e-7, "1e-07"),
        (ChoiceForm({"a": "Above"}), "a", "Above"),
        (ChoicesForm({"a": "Above"}), [], "none of the options"),
        (RankingForm(["dti", "age"], 2), ["age", "dti"], "age > dti"),
        (MappingForm(["dti", "age"], ["raises", "lowers"]), {"dti": "raises"}, "1 of 2 rows filled in: dti: raises"),
        (ArrayForm((2,)), [1, ...], "1; ..."),
        (ResultsForm(2), [1, 2], "the results of your function on 2 inputs"),
        (PARTS, {"base": 8.1}, "Base value: 8.1 %; side: ..."),
    ],
)
def test_the_receipt_says_what_was_understood(form, typed, words):
    assert words == in_words(form, form.read(typed).value)
