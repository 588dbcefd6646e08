"""What holds for every expectation, whatever the case and whatever arrives."""

import json
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graders.expectations import Array, Choice, Choices, Mapping, Number, Parts, Ranking, Results, Table, Trap
from graders.forms import from_json, to_json
from graders.verdict import State

NAMES = ["net_income", "dti", "age_band", "postcode_zone", "late_24m", "channel"]
OPTIONS = {"yes": "Supported", "no": "Contradicted", "unknown": "Cannot be known"}
finite = st.floats(-1e6, 1e6).map(lambda value: round(value, 4))
tolerances = st.sampled_from([0.0, 0.005, 0.1, 1.0, 25.0])
units = st.sampled_from(["", "%", "EUR"])
scores = st.fixed_dictionaries({name: st.sampled_from([0.0, 0.1, 0.5, 0.52, 0.9, 1.0, -0.4]) for name in NAMES})
some = st.lists(st.sampled_from(NAMES), unique=True)


def trap(name, answer):
    return Trap(name, answer, "What you probably did.\nOne next step.")


def traps(answers):
    return st.lists(answers, max_size=4).map(
        lambda given: [trap(f"trap-{i}", answer) for i, answer in enumerate(given)]
    )


numbers = st.builds(Number, finite, tolerances, unit=units, traps=traps(finite))
choice = st.builds(Choice, st.sampled_from(NAMES), st.just(NAMES), traps=traps(st.sampled_from(NAMES)))
open_sets = st.builds(Choices, some, some, options=st.just(NAMES), traps=traps(some))
pairs = st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=2)
several = st.builds(
    Choices, any_of=st.lists(some, min_size=1, max_size=3), options=st.just(NAMES), traps=traps(some)
) | (
    st.builds(
        Choices,
        any_of=st.lists(pairs, min_size=1, max_size=3),
        options=st.just(NAMES),
        k=st.just(2),
        traps=traps(pairs),
    )
)
top_sets = st.builds(Choices.top, scores, st.integers(1, 6), traps=traps(some))
rankings = st.builds(Ranking, scores, st.integers(1, 6), traps=traps(some))
cells = st.fixed_dictionaries({name: st.sampled_from(list(OPTIONS)) for name in NAMES[:4]})
replies = st.dictionaries(
    st.sampled_from(NAMES[:4]), st.dictionaries(st.sampled_from(list(OPTIONS)), st.just("Look again."))
)
tables = st.builds(Table, cells, st.just(NAMES[:4]), st.just(OPTIONS), traps=traps(cells), per_row_replies=replies)
mappings = st.builds(Mapping, cells, st.just(NAMES[:4]), st.just(OPTIONS), traps=traps(cells))
triples = st.lists(finite, min_size=3, max_size=3)
arrays = st.builds(Array, triples, tolerances, unit=units, traps=traps(triples))
mixed = st.lists(finite | st.booleans() | st.sampled_from(NAMES), min_size=3, max_size=3)
results = st.builds(Results, mixed, tolerances, traps=traps(mixed))
inner = {"first": numbers, "second": choice, "third": tables}
parts = st.builds(
    Parts,
    st.fixed_dictionaries(inner),
    traps=traps(st.fixed_dictionaries({}, optional={"first": finite, "second": st.sampled_from(NAMES)})),
)
KINDS = {
    "number": numbers,
    "choice": choice,
    "choices": open_sets,
    "any_of": several,
    "top": top_sets,
    "ranking": rankings,
    "table": tables,
    "mapping": mappings,
    "array": arrays,
    "results": results,
    "parts": parts,
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)

WORDS = st.sampled_from(
    [*NAMES, *OPTIONS, "first", "second", "0", "1", "$blank", "$number", "$refused", "...", "none", "3,5 %"]
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=9) | st.just({"$number": "inf"}),
    lambda leaves: st.lists(leaves, max_size=6) | st.dictionaries(WORDS, leaves, max_size=6),
    max_leaves=10,
)


@every_kind
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_every_right_answer_scores_one(kind, data):
    expectation = data.draw(kind)
    for answer in expectation.right_answers():
        assert _judged(expectation, json.loads(json.dumps(answer))) == (1.0, State.RIGHT, None)


@every_kind
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_every_live_trap_is_named_and_refused(kind, data):
    expectation = data.draw(kind)
    for live in expectation.live_traps():
        verdict = expectation.judge(json.loads(json.dumps(live.answer)))
        assert live.name == verdict.trap
        assert verdict.score < 1.0


@every_kind
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_no_silent_trap_is_ever_recognised(kind, data):
    expectation = data.draw(kind)
    live = {known.name for known in expectation.live_traps()}
    for silent in expectation.silent_traps():
        assert expectation.judge(silent.answer).trap in {None, *live}


@every_kind
@given(data=st.data(), raw=ANY_JSON)
@settings(deadline=None, max_examples=15)
def test_judging_never_raises_and_always_says_something_short(kind, data, raw):
    verdict = data.draw(kind).judge(raw)
    assert 0.0 <= verdict.score <= 1.0
    assert 1 <= len(verdict.message.splitlines()) <= 3


@every_kind
@given(data=st.data())
@settings(deadline=None, max_examples=10)
@pytest.mark.parametrize(
    "raw",
    [
        math.nan,
        -math.inf,
        {"$number": "nan"},
        {"$refused": "size", "type": "list"},
        "9" * 70_000,
        10**4000,
        True,
        [[[[]]]],
    ],
    ids=range(8),
)
def test_what_is_not_finite_too_large_or_of_another_type_earns_nothing(kind, raw, data):
    expectation = data.draw(kind)
    assert expectation.judge(raw).score == 0.0


@every_kind
@given(data=st.data(), raw=ANY_JSON)
@settings(deadline=None, max_examples=15)
def test_the_message_on_a_malformed_answer_comes_from_the_exported_form_alone(kind, data, raw):
    expectation = data.draw(kind)
    verdict = expectation.judge(raw)
    if verdict.state is State.MALFORMED:
        assert verdict.message == from_json(to_json(expectation.form)).read(raw).message


@given(expected=st.integers(-999, 999), tolerance=st.sampled_from([0.5, 1, 2]), away=st.integers(0, 80))
@settings(deadline=None, max_examples=40)
def test_a_number_is_judged_alike_on_both_sides(expected, tolerance, away):
    number = Number(expected, tolerance)
    assert number.judge(expected + away / 8).score == number.judge(expected - away / 8).score


@given(expected=finite, factor=st.sampled_from([0.5, 2, 1024]), away=st.sampled_from([0, 0.9, 2, 2.9, 4]))
@settings(deadline=None, max_examples=40)
def test_a_number_is_judged_alike_in_any_unit(expected, factor, away):
    one, scaled = Number(expected, 1.0), Number(expected * factor, factor)
    assert one.judge(expected + away).score == scaled.judge((expected + away) * factor).score


@given(expectation=open_sets | several | top_sets, names=some, data=st.data())
@settings(deadline=None, max_examples=40)
def test_a_set_is_judged_alike_in_any_order(expectation, names, data):
    shuffled = data.draw(st.permutations(names))
    assert _judged(expectation, names) == _judged(expectation, shuffled)


@given(ranking=rankings, names=st.permutations(NAMES))
@settings(deadline=None, max_examples=40)
def test_exchanging_tied_neighbours_changes_no_ranking(ranking, names):
    answer = list(names[: ranking.k])
    for place in range(ranking.k - 1):
        if ranking.scores[answer[place]] == ranking.scores[answer[place + 1]]:
            swapped = [*answer[:place], answer[place + 1], answer[place], *answer[place + 2 :]]
            assert ranking.judge(answer).score == ranking.judge(swapped).score


@given(expected=st.floats(1000, 9999), answer=finite)
@settings(deadline=None, max_examples=40)
def test_no_message_tells_the_expected_number(expected, answer):
    assume(abs(expected - answer) > 1)
    assert f"{expected:.4g}"[:4] not in Number(expected, 0.1).judge(answer).message


@given(expected=cells, answer=cells)
@settings(deadline=None, max_examples=40)
def test_no_message_tells_the_expected_options(expected, answer):
    message = Table(expected, NAMES[:4], OPTIONS).judge(answer).message
    assert not [label for label in OPTIONS.values() if label in message]


@given(scores=scores, names=st.permutations(NAMES))
@settings(deadline=None, max_examples=40)
def test_no_message_tells_the_expected_names(scores, names):
    for expectation in (Ranking(scores, 3), Choices.top(scores, 3), Choice(names[5], NAMES)):
        answer = names[:3] if not isinstance(expectation, Choice) else names[0]
        assert not [name for name in NAMES if name in expectation.judge(answer).message]


def _judged(expectation, answer):
    verdict = expectation.judge(answer)
    return verdict.score, verdict.state, verdict.trap
