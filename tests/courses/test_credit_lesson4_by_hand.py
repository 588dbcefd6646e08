"""Lesson 4 with paper and calculator: every answer below is worked out from what is printed or drawn, rounded as printed.

The numbers are read off the texts of the tables and figures, as the lesson shows them; nothing is taken from the case itself.
"""

import re
from pathlib import Path

import pytest

from graders.content import load_module
from graders.figures import calibration, ladder, listing, proxies, pushes, ratios, reasons, sheet
from graders.practice import practice_of
from graders.verdict import State
from instructors.content import read_block
from instructors.markers import marker
from instructors.sources import lesson_source

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")
LINE, ALIKE, APART, LEAST = 0.80, (0.85, 1.20), 5.0, 0.02  # as the lesson says them


@pytest.fixture(params=["ana", "bob", "chloe"])
def case(request, case_of):
    return case_of("credit-xai", "4", request.param)


def numbers(text):
    return [
        float(found) for found in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text.replace("\u2212", "-").replace(",", ""))
    ]


def number(text):
    return numbers(text)[0]


def cells(table):
    """The numbers of a printed table, by the name of its row."""
    return {row[0]: [number(cell) for cell in row[1:]] for row in table.rows}


def states(case, question, answer):
    return BLOCK.all_keys[question].expect(case).judge(answer, case.picks).state


def checked(case, item, answer):
    practice = practice_of(load_module(BLOCK.folder / "practice_4.py"))[item]
    return practice.expect(case).judge(answer, case.picks).state


def standings(drawing):
    """Where each bar lies against the line, from the words of the chart, in its order."""
    found = []
    for line in drawing.words:
        low, high = numbers(re.search(r"interval (.*);", line)[1])
        found.append("below" if high < LINE else "not-below" if low >= LINE else "inconclusive")
    return found


def test_rates_and_ratios_from_the_counts(case):
    rows = list(cells(sheet(case.counts)).values())
    answer = []
    for compared, reference in zip(rows[::2], rows[1::2], strict=True):
        shares = [approved / applied for applied, approved, *_rest in (compared, reference)]
        answer += [round(100 * share, 1) for share in shares] + [round(shares[0] / shares[1], 2)]
    assert State.RIGHT is states(case, "4.1", answer)


def test_the_line_and_the_tests_from_the_chart_and_its_table(case):
    z = [row[1] for row in cells(sheet(case.tests)).values()]
    answer = {
        "standing": standings(ratios(case.comparisons, case.line)),
        "significant": ["yes" if abs(gap) > 2.58 else "no" for gap in z],
        "sentence": "A ratio below the line is to be looked into; so is a gap above it that is more than chance",
    }
    assert State.RIGHT is states(case, "4.2", answer)


def test_the_proxies_from_the_bars(case):
    found = [
        re.fullmatch(r"(.*): 1\. (.*), AUC ([0-9.]+)\.", line)
        for line in proxies(case.told(*case.words), case.explanation.labels).words
    ]
    first, second, *_others = [(match[2], round(float(match[3]), 2)) for match in found if match]
    assert State.RIGHT is states(case, "4.3", [*first, *second])


def test_the_guess_from_the_four_lines(case):
    last = list(listing(case.guesses).lines)[-1][1]
    auc = number(last)
    pair = "Of one person of the group and one other, the guess puts the right one first in this share of pairs"
    assert State.RIGHT is states(case, "4.4", {"auc": auc, "meaning": pair, "defence": "no-defence"})


def test_the_other_model_from_its_table(case):
    as_it_is, without, *_others = cells(sheet(case.alternatives)).values()
    loss, gain = round(as_it_is[0] - without[0], 4), round(without[2] - as_it_is[2], 3)
    most, least = numbers(case.card["the lender's own lines"])[1:3]
    decision = "propose" if loss <= most and gain >= least else "loss-too-large" if loss > most else "gain-too-small"
    assert State.RIGHT is states(case, "4.5", {"loss": loss, "gain": gain, "decision": decision})


def test_whose_errors_from_the_counts(case):
    _applied, _refused, good, turned_away, bad, _caught, announced = cells(sheet(case.error_table)).values()
    shares = [round(100 * away / paid) for away, paid in zip(turned_away, good, strict=True)]
    over = [round(defaults / said, 2) for defaults, said in zip(bad, announced, strict=True)]
    alike = ALIKE[0] <= over[0] / over[1] <= ALIKE[1]
    unequal = abs(shares[0] - shares[1]) > APART
    verdict = (
        f"{'alike' if alike else 'unlike'}{'-and-' if alike != unequal else '-yet-'}{'unequal' if unequal else 'equal'}"
    )
    assert State.RIGHT is states(case, "4.6", [*shares, *over, verdict])


def test_calibration_does_not_tell_the_ratios_in_its_title(case):
    over = cells(sheet(case.error_table))
    ratio = over["booked and defaulted"][0] / over["defaults announced for the booked loans (sum of their PDs)"][0]
    assert f"{ratio:.2f}" not in calibration(case.calibrations).title


def printed_facts(case, letter):
    """Contributions of a client by fact: two columns that K's table gives one total are added up."""
    left = {row[0]: number(row[1]) for row in pushes(case.client(letter)).rows}
    totals = {}
    for column, _push, _after, total in reasons(case.client("K"), case.texts, case.facts).rows:
        totals.setdefault(total, []).append(column)
    twins = next(
        columns for columns in totals.values() if len(columns) == 2 and all("credit lines" in one for one in columns)
    )
    return {**{name: push for name, push in left.items() if name not in twins}, "both": sum(left[one] for one in twins)}


def as_written(case, column):
    """The sentence of a letter for a column of the table, from the menu of the form."""
    if column == "both":
        return "Share of the available credit lines in use"
    name = next(name for name, label in case.value("labels").items() if label == column and name in case.picks.reasons)
    return case.picks.reasons[name]


def test_the_reasons_of_g_from_its_table(case):
    found = printed_facts(case, "G")
    pushing = [fact for fact in sorted(found, key=found.get, reverse=True) if found[fact] > LEAST][:4]
    answer = {"reasons": [as_written(case, fact) for fact in pushing], "first": as_written(case, pushing[0])}
    assert State.RIGHT is states(case, "4.7", answer)


def test_the_drafts_from_the_table_of_g(case):
    found = {as_written(case, fact): push for fact, push in printed_facts(case, "G").items()}
    principal = [text for text in sorted(found, key=found.get, reverse=True) if found[text] > LEAST][:4]
    verdicts = []
    for draft in case.picks.drafts.values():
        if "policy" in draft:
            verdicts.append("lacking")
            continue
        named = draft.partition(": ")[2].rstrip(".").removesuffix(" of the applicant").split("; ")
        if any(found.get(text, 0.0) <= LEAST for text in named):
            verdicts.append("untrue")
        else:
            verdicts.append("valid" if set(named) <= set(principal) else "lacking")
    assert State.RIGHT is states(case, "4.8", verdicts)


def lasting_step(drawing, cut):
    """The first step from which every written PD is at or below the cut-off."""
    pds = [float(re.search(r"PD ([0-9.]+) %", line)[1]) for line in drawing.words]
    return max(step for step, pd in enumerate(pds) if pd > cut) + 1


def curve(case, letter):
    return ladder(case.ladder(letter), case.client(letter), case.cut)


def cut_off(case, letter):
    return numbers(case.steps(letter)[f"client {letter}"])[2]


def test_the_step_of_h_from_its_curve(case):
    answer = {"steps": lasting_step(curve(case, "H"), cut_off(case, "H")), "sentence": "about-the-model"}
    assert State.RIGHT is states(case, "4.9", answer)


def test_whom_to_compare_in_the_branch(case):
    compared, reference = case.branch.index
    assert compared.endswith("villages")
    assert State.RIGHT is checked(case, "4.a", {"reference": reference, "counted": "all who applied"})


def test_the_two_numbers_of_the_branch(case):
    villages, town = cells(sheet(case.branch)).values()
    ratio = round((villages[1] / villages[0]) / (town[1] / town[0]), 2)
    assert State.RIGHT is checked(case, "4.b", {"ratio": ratio, "good_refused": round(100 * villages[3] / villages[2])})


def test_the_bars_of_the_small_group(case):
    assert State.RIGHT is checked(case, "4.c", standings(ratios(case.nested, case.line)))


def test_the_proxy_of_age_is_the_one_the_bars_show(case):
    words = proxies(case.told(*case.words), case.explanation.labels).words
    best = next(re.fullmatch(r"Age: 1\. (.*), AUC .*", line)[1] for line in words if line.startswith("Age: 1."))
    assert State.RIGHT is checked(case, "4.d", best)


def test_what_to_do_with_each_letter_from_the_table_of_k(case):
    rows = reasons(case.client("K"), case.texts, case.facts).rows
    told = {as_written(case, "both" if "credit lines" in row[0] else row[0]): row[2] for row in rows}
    answer = []
    for letter in case.picks.letters.values():
        text = letter.partition(": ")[2].rstrip(".")
        after = told.get(text, "")
        answer.append(
            "name the factors that weighed" if "policy" in letter else
            "take the factor out: the model never saw it" if not after else
            "take the factor out: it helped K" if "helped" in after else
            "name the principal factors instead of a minor one"
        )  # fmt: skip
    assert State.RIGHT is checked(case, "4.e", answer)


def test_the_step_of_j_from_its_curve(case):
    assert State.RIGHT is checked(case, "4.f", lasting_step(curve(case, "J"), cut_off(case, "J")))


@pytest.mark.parametrize(
    ("item", "shows"),
    [("4.1", "rates("), ("4.1", "case.comparisons"), ("4.1", "case.alternatives"), ("4.d", "proxies(")],
)
def test_a_figure_that_gives_an_answer_away_waits_for_it(item, shows):
    cells = [cell.source for cell in lesson_source(BLOCK, "4").cells if marker(cell).part == "figure"]
    giving = [source for source in cells if shows in source]
    assert giving
    assert [] == [source for source in giving if f'decided("{item}").then(' not in source]
