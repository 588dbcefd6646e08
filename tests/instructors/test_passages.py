import copy

import jupytext
import pytest

from graders.errors import ContentError
from instructors.markers import marker
from instructors.passages import passage_problems, settled

TEXT = """# %% [markdown]
# First.
# <!-- with 1.1 -->
# One.
#
# <!-- end -->
# <!-- without 1.1 -->
# Other.
# <!-- end -->
#
# Last<!-- with date -->, of this year<!-- end -->.
"""
CELLS = """# %% practice 1.a with="1.1"
check("1.a")

# %% decision 1.bet with="1.a"
decide("1.bet")

# %% figure without="1.bet"
"none"

# %% answer 1.1
answer("1.1")

# %% solution 1.1 also="1.2 1.3"
mean = 1

# %% solution 1.1
submit("1.1", mean)

# %% answer 1.2
answer("1.2")

# %% solution 1.2
submit("1.2", mean + 1)
"""


def read(text):
    return jupytext.reads(text, fmt="py:percent")


def lacking(*gone):
    return lambda name: name not in gone


def text_of(text, *gone):
    return "\n---\n".join(cell.source for cell in settled(read(text), lacking(*gone)).cells)


def titles(*gone):
    return [cell.metadata["title"] for cell in settled(read(CELLS), lacking(*gone)).cells]


def test_where_all_is_there_every_with_stays_and_every_without_goes():
    assert "First.\nOne.\n\nLast, of this year." == text_of(TEXT)


def test_where_something_lacks_its_passage_goes_and_its_stand_in_comes():
    assert "First.\nOther.\n\nLast, of this year." == text_of(TEXT, "1.1")
    assert "First.\nOne.\n\nLast." == text_of(TEXT, "date")


@pytest.mark.parametrize(
    ("mark", "gone", "stays"),
    [
        ("with 1.1 date", ("1.1",), True),
        ("with 1.1 date", ("1.1", "date"), False),
        ("with 1.1+date", ("1.1",), False),
        ("with 1.1+date 1.2", ("1.1",), True),
        ("without 1.1 date", ("1.1",), False),
        ("without 1.1+date", ("date",), True),
        ("with 1.2 without 1.1", ("1.1",), True),
        ("with 1.2 without 1.1", ("1.1", "1.2"), False),
        ("with 1.2 without 1.1", (), False),
    ],
)
def test_a_passage_stays_with_any_of_its_names_and_without_all_of_them(mark, gone, stays):
    assert ("A.\nB." if stays else "A.") == text_of(
        f"# %% [markdown]\n# A.\n# <!-- {mark} -->\n# B.\n# <!-- end -->\n", *gone
    )


def test_a_text_that_loses_everything_is_no_cell():
    assert "" == text_of("# %% [markdown]\n# <!-- with 1.1 -->\n# One.\n# <!-- end -->\n", "1.1")


def test_numbered_lists_count_on_over_what_is_gone():
    marked = "# <!-- with 1.1 -->\n# 1. One,\n#    more.\n# <!-- end -->\n"
    listed = f"# %% [markdown]\n{marked}# 2. Two.\n#\n# 3. Three.\n#\n# Then:\n#\n# 1. Four.\n"
    assert "1. Two.\n\n2. Three.\n\nThen:\n\n1. Four." == text_of(listed, "1.1")


def test_a_text_without_marks_is_left_as_it_is():
    text = "# %% [markdown]\n# 2. Two\n#\n#\n#\n# 7. Seven\n"
    assert read(text).cells[0].source == text_of(text)


def test_cells_stay_or_go_by_their_headers_and_items_by_their_cells():
    asked = ["answer 1.1", "solution 1.1", "solution 1.1", "answer 1.2", "solution 1.2"]
    assert ["practice 1.a", "decision 1.bet", *asked] == titles()


def test_a_question_takes_along_its_cells_and_leaves_others_the_names_they_use():
    assert ["figure", "answer 1.2", "solution 1.2", "solution 1.2"] == titles("1.1")
    left = settled(read(CELLS), lacking("1.1")).cells
    assert ["mean = 1", 'submit("1.2", mean + 1)'] == [cell.source for cell in left if marker(cell).part == "solution"]


def test_names_that_nobody_is_left_to_use_go():
    assert ["figure"] == titles("1.1", "1.2")


def test_a_source_that_is_settled_stays_as_it_is():
    once = settled(read(TEXT + "\n" + CELLS), lacking("1.1"))
    assert once == settled(once)


def test_the_source_itself_is_left_alone():
    source = read(TEXT + "\n" + CELLS)
    before = copy.deepcopy(source)
    settled(source, lacking("1.1"))
    assert before == source


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# <!-- with 1.1 -->\n# A.", "expected an end of <!-- with 1.1 -->, got none in its cell"),
        ("# A.\n# <!-- end -->", "expected a mark before its end"),
        ("# <!-- with 1.1 -->\n# <!-- with 1.2 -->\n# A.\n# <!-- end -->", "Marks do not stand in each other"),
        ("# <!-- with -->\n# A.\n# <!-- end -->", "expected with with a name, got none"),
        ("# <!-- wiht 1.1 -->\n# A.", "expected a mark such as <!-- with 2.7 -->"),
        ("# A.<!-- later: more -->", "expected a mark such as"),
    ],
)
def test_a_mark_of_another_form_is_told(text, told):
    with pytest.raises(ContentError, match=told):
        settled(read(f"# %% [markdown]\n{text}\n"))


def test_all_problems_are_told_at_once():
    with pytest.raises(ContentError, match=r"(?s)got an end alone.*expected also on a solution's cell alone"):
        settled(read('# %% [markdown]\n# A.\n# <!-- end -->\n\n# %% answer 1.1 also="1.2"\nanswer("1.1")\n'))


def test_names_that_nothing_has_are_told():
    source = read(
        '# %% [markdown]\n# <!-- with 1.1+dat 1.a -->\n# A.\n# <!-- end -->\n\n# %% practice 1.a with="1.9"\ncheck("1.a")\n'
    )
    assert ["text “A.”", "cell practice 1.a"] == [
        one.partition(":")[0] for one in passage_problems(source, {"1.1", "date"})
    ]
    assert ["dat", "1.9"] == [
        one.partition("got ")[2].partition(". Correct")[0] for one in passage_problems(source, {"1.1"})
    ]


def test_cells_that_wait_for_each_other_are_told():
    with pytest.raises(ContentError, match="Expected cells that do not wait for each other"):
        settled(read('# %% practice 1.a with="1.b"\ncheck("1.a")\n\n# %% practice 1.b with="1.a"\ncheck("1.b")\n'))
