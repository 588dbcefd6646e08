from __future__ import annotations

import pandas as pd
import pytest

from graders.references.segments import split_levels, split_values

FILES = {"a": 100, "b": 100, "c": 100, "d": 20}


def test_levels_are_split_at_the_widest_gap():
    assert ["a", "b"] == split_levels({"a": 2.0, "b": 1.9, "c": 0.4, "d": 0.3}, FILES)


def test_a_level_of_few_files_does_not_stand_alone():
    assert ["d", "a"] == split_levels({"a": 1.0, "b": 0.9, "c": 0.8, "d": 9.0}, {**FILES, "d": 10})[:2]


def test_where_no_split_leaves_enough_files_the_most_even_one_is_taken():
    assert ["a"] == split_levels({"a": 1.0, "b": 0.1}, {"a": 97, "b": 3})


def test_one_level_cannot_be_split():
    with pytest.raises(ValueError, match="two levels"):
        split_levels({"a": 1.0}, {"a": 9})


def test_a_quantity_is_cut_at_its_median():
    assert 3.0 == split_values(pd.Series([1.0, 2.0, 3.0, 4.0, None, 5.0]))


def test_a_cut_leaves_values_above_it():
    assert 1.0 == split_values(pd.Series([1.0, 9.0, 9.0, 9.0]))
