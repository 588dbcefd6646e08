from instructors.grading.notices import lines_for


def test_work_on_another_learners_sample_is_told():
    assert "worked out as bob" in lines_for({"worked_as": ["bob"]})[0]


def test_a_notebook_with_nothing_to_say_has_no_notice():
    assert [] == lines_for({"notice": "", "repairs": [], "stopped": "", "left_out": [], "worked_as": []})


def test_a_long_list_of_repairs_is_cut_and_counted():
    lines = lines_for({"repairs": [f"cell {number}" for number in range(20)]})
    assert (13, "8 more remarks of this kind.") == (len(lines), lines[-1])
