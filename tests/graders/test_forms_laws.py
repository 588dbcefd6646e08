"""What holds for every form, whatever arrives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.forms import (
    ArrayForm,
    ChoiceForm,
    ChoicesForm,
    Malformed,
    MappingForm,
    NotAttempted,
    NumberForm,
    PartsForm,
    RankingForm,
    Read,
    ResultsForm,
    TableForm,
    in_words,
)

NAMES = ["net_income", "dti", "age", "postcode_zone"]
FORMS = [
    NumberForm(),
    NumberForm(unit="%", low=0, high=100),
    ChoiceForm(NAMES),
    ChoicesForm(NAMES),
    ChoicesForm(NAMES, exactly=2),
    RankingForm(NAMES, length=3),
    TableForm(NAMES, ["yes", "no"]),
    MappingForm(NAMES, ["raises", "lowers"]),
    ArrayForm((2, 2)),
    ResultsForm(2),
    PartsForm({"dti": NumberForm(), "age": ChoicesForm(NAMES)}),
]
WORDS = st.sampled_from(
    [*NAMES, "yes", "raises", "a", "0", "1", "$blank", "$number", "$refused", "...", "none", "3,5 %", "1,234"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20)
ANY_JSON = st.recursive(
    SCALARS
    | st.just(5000).map(lambda power: 10**power)
    | st.just({"$number": "nan"})
    | st.just({"$blank": True})
    | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("form", FORMS, ids=repr)
@given(raw=ANY_JSON)
@settings(deadline=None, max_examples=40)
def test_reading_never_raises_and_answers_in_three_short_lines(form, raw):
    reading = form.read(raw)
    assert isinstance(reading, NotAttempted | Malformed | Read)
    if isinstance(reading, Malformed):
        assert 1 <= len(reading.message.splitlines()) <= 3
        assert reading.message.encode("utf-8")
        assert len(reading.message) < 600


@pytest.mark.parametrize("form", FORMS, ids=repr)
@given(raw=ANY_JSON)
@settings(deadline=None, max_examples=20)
def test_whatever_was_read_can_be_said_in_words(form, raw):
    reading = form.read(raw)
    if isinstance(reading, Read):
        assert len(in_words(form, reading.value)) <= 200


@given(value=st.floats(-1e12, 1e12))
@settings(deadline=None)
def test_a_number_is_read_as_python_writes_it(value):
    assert Read(value) == NumberForm().read(repr(value))


@given(whole=st.integers(0, 10**9), cents=st.integers(0, 99))
@settings(deadline=None)
def test_an_amount_is_read_in_french_and_in_english(whole, cents):
    english = f"{whole:,}.{cents:02d}"
    french = english.replace(",", "\u202f").replace(".", ",")
    assert NumberForm().read(english) == NumberForm().read(french) == Read(float(f"{whole}.{cents:02d}"))


@given(names=st.permutations(NAMES))
@settings(deadline=None)
def test_a_set_does_not_depend_on_its_order(names):
    assert ChoicesForm(NAMES).read(names[:2]) == ChoicesForm(NAMES).read(names[:2][::-1])
