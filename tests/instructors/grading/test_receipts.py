import nbformat
import pytest

from instructors.grading.receipts import receipts_in


def shown(answer):
    """What is read of a receipt with this answer."""
    receipt = {"v": 1, "question": "1.5", "answer": answer, "by": "form", "saved": "2026-11-22T05:00:00+00:00"}
    output = nbformat.v4.new_output("display_data", data={"application/vnd.situ.answer+json": receipt})
    return receipts_in([nbformat.v4.new_code_cell(outputs=[output])]).shown["1.5"]["answer"]


@pytest.mark.parametrize(
    ("readable", "answer"),
    [("half ?", "half \ud800"), ({"?": "b"}, {"\ud800": "b"}), ({"a": ["?"]}, {"a": ["\udfff"]})],
)
def test_half_characters_in_a_receipt_become_ones_that_a_file_can_hold(readable, answer):
    assert readable == shown(answer)
