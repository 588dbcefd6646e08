"""Every reasonable way to write a number is read; the others are told what to write."""

import pytest

from graders.errors import ContentError
from graders.forms import ArrayForm, Malformed, NotAttempted, NumberForm, Read

PERCENT = NumberForm(unit="%", low=0, high=100)
EUROS = NumberForm(unit="EUR")
PURE = NumberForm()


@pytest.mark.parametrize(
    "typed",
    [
        3.5,
        "3.5",
        "3,5",
        "3.5%",
        "3,5 %",
        "3,5\u202f%",
        " '3.5' ",
        "3.5 percent",
        "3,5 pour cent",
        "3.5 points",
        "3.5 pp",
        "+3.5",
        [3.5],
    ],
)
def test_a_percentage_is_read_however_it_is_typed(typed):
    assert Read(3.5) == PERCENT.read(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1234.5",
        "1 234,5",
        "1\u202f234,5",
        "1\u00a0234,50 €",
        "1,234.5",
        "1.234,5",
        "1'234.5",
        "€1,234.50",
        "1 234,5 euros",
        "EUR 1234.5",
    ],
)
def test_an_amount_is_read_with_its_separators_and_currency(typed):
    assert Read(1234.5) == EUROS.read(typed)


@pytest.mark.parametrize(
    ("typed", "value"), [("1,234,567", 1234567), ("1.234.567", 1234567), ("12 345", 12345), ("0,123", 0.123)]
)
def test_grouped_thousands_are_read(typed, value):
    assert Read(value) == PURE.read(typed)


@pytest.mark.parametrize(
    ("typed", "value"), [("−2.4", -2.4), ("-,5", -0.5), (".5", 0.5), ("1e-3", 0.001), ("1234,567", 1234.567), (7, 7.0)]
)
def test_signs_and_short_forms_are_read(typed, value):
    assert Read(value) == PURE.read(typed)


@pytest.mark.parametrize("typed", ["8.1 %", "8,1%", "8,1 pour cent"])
def test_a_percent_sign_is_understood_where_no_unit_was_asked(typed):
    assert Read(pytest.approx(0.081)) == PURE.read(typed)


def test_months_are_read_in_french():
    assert Read(54.0) == NumberForm(unit="months").read("54 mois")


@pytest.mark.parametrize("typed", ["1,234", "12,345 ", "-1,234"])
def test_a_comma_before_three_digits_is_not_guessed(typed):
    assert "two ways" in PURE.read(typed).message


def test_an_ambiguous_number_is_told_both_spellings():
    assert "Write 1234 or 1.234." in PURE.read("1,234").message


def test_a_decimal_comma_in_code_is_explained():
    assert "two: 3, 5" in PURE.read([3, 5]).message


@pytest.mark.parametrize(
    "typed", [True, "True", "about 3", "3 or 4", "1 23", "3.5.1", {"a": 1}, [1.5, 2.5], "3.5 EUR", "1" * 99, "10²"]
)
def test_what_is_no_percentage_is_refused(typed):
    assert isinstance(PERCENT.read(typed), Malformed)


@pytest.mark.parametrize(
    "typed",
    [float("nan"), float("-inf"), {"$number": "nan"}, "1e999", 10**400, 1e308, -1e300, "1e101", [{"$number": "inf"}]],
)
def test_what_is_not_finite_is_refused(typed):
    assert "no usable number" in PURE.read(typed).message


@pytest.mark.parametrize("typed", [..., None, "", " ... ", "…", {"$blank": True}, [{"$blank": True}], [None]])
def test_a_blank_is_not_attempted(typed):
    assert NotAttempted() == PURE.read(typed)


@pytest.mark.parametrize(
    ("form", "typed", "step"),
    [
        (NumberForm(low=0, whole=True), -3, "Check the sign."),
        (NumberForm(high=5), 6, "Check what is asked for."),
        (NumberForm(unit="%", low=0, high=100), 101, "Check the unit."),
    ],
)
def test_a_number_outside_the_range_is_told_what_can_be_the_cause(form, typed, step):
    assert step == form.read(typed).message.splitlines()[-1]


@pytest.mark.parametrize(("typed", "expected"), [(101, "from 0 to 100"), (-1, "from 0 to 100")])
def test_a_number_out_of_range_is_told_the_range(typed, expected):
    assert expected in PERCENT.read(typed).message


def test_one_open_end_is_told_alone():
    assert "at least 0 was expected" in NumberForm(low=0).read(-1).message
    assert "at most 5 was expected" in NumberForm(high=5).read(6).message


def test_a_fraction_is_refused_where_a_whole_number_is_asked():
    assert "whole number" in NumberForm(whole=True).read(2.5).message


def test_a_long_answer_is_quoted_short():
    assert max(map(len, PURE.read("x" * 5000).message.splitlines())) < 120


def test_an_object_is_named_by_its_type():
    assert "DataFrame" in PURE.read({"$refused": "type", "type": "DataFrame"}).message


def test_an_oversized_answer_is_malformed():
    assert "too large" in PURE.read({"$refused": "size", "type": "list"}).message


def test_a_range_from_high_to_low_is_our_mistake():
    with pytest.raises(ContentError):
        NumberForm(low=1, high=0)


def test_an_array_is_read_entry_by_entry():
    assert Read((1.0, 2.5, 3.0, 4.0)) == ArrayForm((2, 2), unit="%").read([["1 %", "2,5"], [3, 4.0]])


def test_a_series_is_read_as_an_array():
    assert Read((1.0, 2.0)) == ArrayForm((2,)).read({"0": 1, "1": 2})


def test_an_array_with_a_blank_keeps_its_place():
    assert Read((1.0, None)) == ArrayForm((2,)).read([1, ...])


@pytest.mark.parametrize("typed", [[[..., ...], [..., ...]], [..., ...], ...])
def test_an_array_of_blanks_is_not_attempted(typed):
    assert NotAttempted() == ArrayForm((2, 2)).read(typed)


@pytest.mark.parametrize(
    "typed", [[1, 2], [[1, 2], [3]], [[1, 2], [3, "x"]], "1, 2", 5, [[[1], 2], [3, 4]], [[True, 2], [3, 4]]]
)
def test_another_shape_is_refused(typed):
    assert isinstance(ArrayForm((2, 2)).read(typed), Malformed)
