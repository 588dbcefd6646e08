import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.answers import MAX_BYTES, envelope, plain


class Anything:
    """Equal to everything, and a liar about its length."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __len__(self):
        raise RuntimeError("no")


class NumberLike(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (np.float64(0.5), 0.5),
        (np.int32(3), 3),
        (np.bool_(True), True),
        (np.array([1.5, 2.0]), [1.5, 2.0]),
        (pd.Series([1, 2], index=["a", "b"]), {"a": 1, "b": 2}),
        (pd.Index(["income", "dti"]), ["income", "dti"]),
        (pd.DataFrame({"a": [1, 2]}), {"a": [1, 2]}),
        (("a", "b"), ["a", "b"]),
        ({"b", "a"}, ["a", "b"]),
        ({np.int64(1): "x"}, {"1": "x"}),
        (pd.NA, None),
        (..., {"$blank": True}),
        ([..., 1], [{"$blank": True}, 1]),
    ],
)
def test_usual_values_become_plain_data(given_value, expected):
    assert expected == plain(given_value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf")])
def test_a_number_that_is_not_finite_says_so(value):
    assert {"$number": str(float(value))} == plain(value)


@pytest.mark.parametrize("value", [Anything(), print, object, b"bytes", 1j, lambda: 0])
def test_what_is_no_data_is_refused_by_its_type(value):
    assert "type" == plain(value)["$refused"]


def test_a_subclass_of_float_leaves_its_tricks_behind():
    assert type(plain(NumberLike(2.0))) is float


def test_a_ten_megabyte_string_is_refused_for_its_size():
    assert {"$refused": "size", "type": "str"} == plain("x" * 10_000_000)


def test_a_list_that_holds_itself_is_refused_for_its_depth():
    loop: list = []
    loop.append(loop)
    assert "depth" == plain(loop)["$refused"]


def test_an_answer_names_its_question():
    assert {"v": 1, "question": "1.3", "answer": ["a"], "learner": "ana"} == envelope("1.3", ["a"], "ana")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_whatever_comes_out_is_json_and_small(value):
    text = json.dumps(plain(value), allow_nan=False)
    assert len(text) <= 6 * MAX_BYTES  # escapes may lengthen what was measured in UTF-8
