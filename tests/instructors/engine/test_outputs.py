import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instructors.engine.jobs import Limits
from instructors.engine.outputs import CUT, KINDS, OutputKeeper

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CONTENT = JSON | st.dictionaries(st.sampled_from(["data", "name", "text", "ename", "evalue", "traceback"]), JSON)


@pytest.fixture
def keeper():
    return OutputKeeper(Limits(cell_bytes=1000, total_bytes=2000, floor_bytes=300))


def _print(keeper, text):
    keeper.take("stream", {"name": "stdout", "text": text})


def test_prints_of_a_cell_are_one_text(keeper):
    _print(keeper, "a\n")
    _print(keeper, "b\n")
    assert ({"output_type": "stream", "name": "stdout", "text": "a\nb\n"},) == keeper.close_cell()


def test_metadata_of_an_output_are_dropped(keeper):
    keeper.take("display_data", {"data": {"text/plain": "x"}, "metadata": {"y": 1}})
    assert {} == keeper.close_cell()[0]["metadata"]


def test_what_is_too_much_is_cut_and_says_so_once(keeper):
    for _ in range(50):
        _print(keeper, "x" * 200)
    text = "".join(output["text"] for output in keeper.close_cell())
    assert (1, True) == (text.count(CUT.strip()), len(text) < 1500)


def test_an_answer_after_a_flood_of_prints_is_kept(keeper):
    _print(keeper, "x" * 5000)
    keeper.take("display_data", {"data": {"a/json": 1}})
    assert {"a/json": 1} == keeper.close_cell()[-1]["data"]


def test_every_cell_has_room_whatever_the_others_printed(keeper):
    for _ in range(10):
        _print(keeper, "x" * 900)
        keeper.close_cell()
    _print(keeper, "y" * 100)
    assert "y" * 100 == keeper.close_cell()[0]["text"]


def test_cleared_output_is_gone(keeper):
    _print(keeper, "a")
    keeper.clear()
    assert () == keeper.close_cell()


@given(kind=st.sampled_from([*KINDS, "comm_open", "nonsense"]), content=CONTENT)
def test_whatever_a_kernel_sends_what_is_kept_is_a_valid_output(kind, content):
    keeper = OutputKeeper(Limits())
    keeper.take(kind, content)
    outputs = keeper.close_cell()
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(output) for output in outputs])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    assert json.dumps(outputs, allow_nan=False).encode("utf-8")


def test_half_a_character_is_replaced(keeper):
    _print(keeper, "\ud800")
    assert "?" == keeper.close_cell()[0]["text"]


def test_data_nested_too_deep_are_dropped(keeper):
    deep = json.loads("[" * 500 + "]" * 500)
    keeper.take("display_data", {"data": {"a/json": deep}})
    assert () == keeper.close_cell()
