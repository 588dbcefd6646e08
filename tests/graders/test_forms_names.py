"""Names are recognised however they are spelled; wrong counts are told what is missing."""

import pytest

from graders.errors import ContentError
from graders.forms import (
    ChoiceForm,
    ChoicesForm,
    Malformed,
    MappingForm,
    NotAttempted,
    Pick,
    RankingForm,
    Read,
    TableForm,
)

FEATURES = {"net_income": "Net income", "dti": "Debt-to-income", "utilisation_now": "Utilisation (now)", "age": "Âge"}
ONE, SOME, ORDER = ChoiceForm(FEATURES), ChoicesForm(FEATURES), RankingForm(FEATURES, length=3)
TABLE = TableForm({"a": "Income counts most", "b": "Age causes default"}, {"yes": "Supported", "no": "Cannot be known"})


@pytest.mark.parametrize(
    "typed",
    ["net_income", "Net income", " NET-INCOME ", "'net_income'", "« net income »", "netincome.", ["net_income"]],
)
def test_a_name_is_read_however_it_is_spelled(typed):
    assert Read("net_income") == ONE.read(typed)


def test_the_beginning_of_one_option_is_enough():
    form = ChoiceForm({"cannot": "cannot be known from this", "yes": "supported"})
    assert Read("cannot") == form.read("Cannot be known")


def test_a_beginning_that_two_options_share_is_refused():
    assert isinstance(ChoiceForm(["utilisation_now", "utilisation_avg"]).read("utilisation"), Malformed)


def test_accents_are_optional():
    assert Read("age") == ONE.read("age")
    assert Read("age") == ONE.read("ÂGE")


def test_an_id_that_is_a_number_is_read_from_a_number():
    assert Read("10423") == ChoiceForm(["10423", "10424"]).read(10423)


def test_a_name_that_could_be_two_options_is_refused():
    assert isinstance(ChoiceForm(["a_b", "A-B"]).read("a b"), Malformed)
    assert Read("a_b") == ChoiceForm(["a_b", "A-B"]).read("a_b")


def test_signs_are_kept_apart():
    assert Read("-") == ChoiceForm(["+", "-"]).read("-")


def test_an_unknown_name_is_told_the_options():
    assert "net_income, dti" in ONE.read("salary").message


def test_an_unknown_name_among_many_is_told_the_nearest():
    form = ChoiceForm([f"a_rather_long_column_name_{letter}" for letter in "bcdefgh"])
    assert "nearest in spelling is a_rather_long_column_name_d" in form.read("a_rather_long_column_nam_d").message


def test_options_may_be_picked_per_learner():
    assert Read("10423") == ChoiceForm(Pick("files")).read("10423", {"files": [10423, 10424]})
    assert Read("b") == ChoiceForm(Pick("files")).read("File B", {"files": {"b": "File B"}})


def test_a_missing_pick_is_our_mistake():
    with pytest.raises(ContentError, match=r"case\.py"):
        ChoiceForm(Pick("files")).read("10423", {})


@pytest.mark.parametrize(
    "typed",
    [["dti", "age"], ["Âge", "DTI"], "dti, age", "age; dti", "[dti, age]", "1. dti\n2. age", {"0": "dti", "1": "age"}],
)
def test_a_set_is_read_from_a_list_or_a_text(typed):
    assert Read(frozenset({"dti", "age"})) == SOME.read(typed)


@pytest.mark.parametrize("typed", [[], "none", "Aucun", "[]", {}])
def test_no_name_at_all_is_an_answer_where_any_number_is_asked(typed):
    assert Read(frozenset()) == SOME.read(typed)


def test_a_blank_place_is_no_name_where_any_number_is_asked():
    assert Read(frozenset({"dti"})) == SOME.read(["dti", ...])


@pytest.mark.parametrize("typed", [[..., ...], ..., "", [], ["...", None]])
def test_a_set_of_blanks_is_not_attempted(typed):
    assert NotAttempted() == ChoicesForm(FEATURES, exactly=2).read(typed)


def test_too_few_names_are_counted():
    message = ChoicesForm(FEATURES, exactly=3).read(["dti", "net_income", ...]).message
    assert "Names expected: 3. Got 2: Debt-to-income, Net income." in message


def test_a_name_given_twice_counts_once_in_a_set():
    assert "Got 1" in ChoicesForm(FEATURES, exactly=2).read(["dti", "DTI"]).message


def test_more_names_than_the_most_are_refused():
    assert "1 at most" in ChoicesForm(FEATURES, at_most=1).read(["dti", "age"]).message


@pytest.mark.parametrize(
    "typed",
    [
        ["dti", "age", "net_income"],
        "dti, age, net income",
        "dti > age > net_income",
        {"1": "dti", "2": "age", "3": "net_income"},
    ],
)
def test_an_order_is_read_from_a_list_or_a_text(typed):
    assert Read(("dti", "age", "net_income")) == ORDER.read(typed)


def test_a_name_twice_in_an_order_is_refused():
    assert "Net income more than once" in ORDER.read(["net_income", "dti", "Net Income"]).message


def test_a_blank_in_an_order_is_counted():
    assert "Got 2" in ORDER.read(["dti", "age", ...]).message


def test_names_with_values_are_told_to_be_a_list():
    assert "square brackets" in ORDER.read({"dti": 0.3, "age": 0.2, "net_income": 0.1}).message


@pytest.mark.parametrize(
    "typed", [{"a": "yes", "b": "no"}, {"B": "cannot be known", "Income counts most": "SUPPORTED"}, ["yes", "no"]]
)
def test_a_table_is_read_by_rows_in_any_order(typed):
    assert Read({"a": "yes", "b": "no"}) == TABLE.read(typed)


def test_a_blank_row_is_kept_as_blank():
    assert Read({"a": None, "b": "no"}) == TABLE.read({"b": "no", "a": ...})
    assert Read({"a": None, "b": "no"}) == TABLE.read({"b": "no"})


@pytest.mark.parametrize("typed", [{"a": ..., "b": "..."}, {}, [..., ...], ...])
def test_a_table_of_blanks_is_not_attempted(typed):
    assert NotAttempted() == TABLE.read(typed)


def test_a_problem_in_a_table_names_its_row():
    assert TABLE.read({"a": "maybe", "b": "no"}).message.startswith("Row 1:")


@pytest.mark.parametrize("typed", [["yes"], {"c": "yes"}, {"a": "yes", "A": "no"}, "yes", 3, True])
def test_what_is_no_such_table_is_refused(typed):
    assert isinstance(TABLE.read(typed), Malformed)


def test_rows_may_be_picked_per_learner():
    form = MappingForm(Pick("features"), ["raises", "lowers"])
    assert Read({"dti": "raises", "age": "lowers"}) == form.read(["raises", "lowers"], {"features": ["dti", "age"]})


@pytest.mark.parametrize("options", [[], ["a", "a"], "abc", {"": "nothing"}, ["..."]])
def test_options_nobody_can_type_are_our_mistake(options):
    with pytest.raises(ContentError):
        ChoiceForm(options)
