"""Numbers written as text are read in the style of their file, and nothing else is read as a number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instructors.company.numbers import NumberStyle, as_numbers, find_style

FRENCH = NumberStyle(",", " ")


def style(*columns):
    return find_style(pd.DataFrame({number: pd.Series(list(values)) for number, values in enumerate(columns)}))


def number(text, written=FRENCH):
    return as_numbers(pd.Series([text]), written).iloc[0]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([["1 234,50", "12,5"]], NumberStyle(",", " ")),
        ([["1\u202f234,50"]], NumberStyle(",", " ")),
        ([["1,234.50"]], NumberStyle(".", ",")),
        ([["1.234,50"]], NumberStyle(",", ".")),
        ([["1'234.50"]], NumberStyle(".", "'")),
        ([["1’234.50"]], NumberStyle(".", "'")),
        ([["12.5", "7"]], NumberStyle(".", "")),
        ([["0,125"]], NumberStyle(",", "")),
        ([["12345,125"]], NumberStyle(",", "")),
        ([["1,234", "950"]], NumberStyle(".", ",")),
        ([["2.500", "3.100"], ["0,5"]], NumberStyle(",", ".")),
        ([["07.2024", "12.2023"], ["1,5"]], NumberStyle(",", "")),
        ([["12.03.2024", "10.1.1.5"], ["1,5"]], NumberStyle(",", "")),
        ([["oui", "non"]], NumberStyle(".", "")),
    ],
)
def test_the_style_is_found_out(columns, expected):
    assert expected == style(*columns)


def test_one_odd_column_does_not_outvote_the_others():
    assert NumberStyle(",", "") == style(["1,5"], ["2,25"], ["1.5", "2.5", "3.5"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234\u202f567", 1234567),
        ("-0,5", -0.5),
        (",5", 0.5),
        ("12,5 %", 12.5),
        ("€ 1 000", 1000),
        ("1 000,00 EUR", 1000),
        ("-€12", -12),
        ("(12,5)", -12.5),
        ("12,5-", -12.5),
        ("−3", -3),
        ("1,2E+3", 1200),
    ],
)
def test_a_number_is_read_in_its_style(text, expected):
    assert expected == number(text)


@pytest.mark.parametrize(
    "text", ["1.5", "12 34", "abc", "1,2,3", "nan", "inf", "0x1A", "1_000", "A12", "", None, "2024-01-02"]
)
def test_what_is_no_number_in_the_style_stays_none(text):
    assert np.isnan(number(text))


def test_a_space_that_does_not_break_groups_in_every_style():
    assert 1234.5 == number("1\u00a0234.5", NumberStyle(".", ","))


def test_numbers_and_texts_of_a_sheet_are_read_together():
    mixed = pd.Series([1, 2.5, "3,5", None, pd.Timestamp("2024-01-01")], dtype=object)
    np.testing.assert_array_equal([1, 2.5, 3.5, np.nan, np.nan], as_numbers(mixed, FRENCH))


def test_the_index_of_the_values_is_kept():
    assert [7, 9] == list(as_numbers(pd.Series(["1", "x"], index=[7, 9]), FRENCH).index)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.sampled_from(["", " ", ".", "'"]))
def test_what_is_written_in_a_style_is_read_back(cents, thousands):
    texts = [f"{cent / 100:,.2f}".replace(".", "#").replace(",", thousands).replace("#", ",") for cent in cents]
    read = as_numbers(pd.Series(texts), NumberStyle(",", thousands))
    np.testing.assert_allclose(read, [cent / 100 for cent in cents], rtol=1e-12)
