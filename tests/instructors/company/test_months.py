"""Months are read from dates in any usual form; what can be read two ways is never guessed."""

from datetime import date, datetime

import pandas as pd
import pytest

from instructors.company.months import as_months


def read(*values, **asked):
    return as_months(pd.Series(list(values), dtype=object), **asked)


@pytest.mark.parametrize(
    "written",
    [
        "2024-07",
        "07/2024",
        "7.2024",
        "2024/07/15",
        "2024-07-15T12:00:00Z",
        "2024-07-15 12:00:00.000000",
        "2024-07-15 12:00:00+00:00",
        "15/07/2024",
        "15.07.2024 10:15",
        "15/07/24",
        "7/15/2024 12:00:00 AM",
        "20240715",
        "202407",
        202407.0,
        45488,
        "45488",
        "Jul-2024",
        "Jul-24",
        "15-JUL-2024",
        "15JUL2024",
        "July 15, 2024",
        "15 juillet 2024",
        "juil. 2024",
        "Juli 2024",
        datetime(2024, 7, 15, 8),
        date(2024, 7, 15),
        pd.Timestamp("2024-07-15"),
    ],
)
def test_a_month_is_read_from_any_usual_form(written):
    assert ["2024-07"] == read(written).values.tolist()


@pytest.mark.parametrize(
    "written", ["2024", "2024-13", "13/2024", "24-07-15", "2024-Q3", "soon", "99999999", 12, "", True]
)
def test_what_is_no_month_stays_none(written):
    assert [None] == read(written).values.tolist()


def test_typed_dates_keep_their_missing_ones():
    assert ["2024-07", None] == as_months(pd.Series(pd.to_datetime(["2024-07-15", None]))).values.tolist()


def test_the_data_tell_that_the_day_comes_first():
    assert ["2024-04", "2024-04"] == read("03/04/2024", "25/04/2024").values.tolist()


def test_the_data_tell_that_the_month_comes_first():
    assert ["2024-03", "2024-04"] == read("03/04/2024", "04/25/2024").values.tolist()


def test_the_first_of_each_month_tells_the_day():
    assert ["2024-03", "2024-04"] == read("01/03/2024", "01/04/2024").values.tolist()


def test_dates_that_can_be_read_two_ways_are_unclear():
    assert read("03/04/2024", "05/06/2024").unclear


def test_the_contract_says_how_unclear_dates_are_read():
    found = read("03/04/2024", "05/06/2024", asked="month first")
    assert (["2024-03", "2024-05"], False) == (found.values.tolist(), found.unclear)


def test_dates_in_both_orders_are_mixed():
    assert read("13/01/2024", "01/13/2024").mixed
