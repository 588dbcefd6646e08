"""Which of the vendor's slides hold, worked out from the case, and what each wrong verdict deserves as a reply.

Belongs to `lesson3_claims.py`. A case knows a claim by a number drawn by lot, and keeps what stands in its text (facts,
figures) in the order of the text; the table below says what a number means.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from graders.content import load_module
from graders.language import number
from graders.references.odds import pd_percent, probability_points

claims = load_module(Path(__file__).with_name("claims.py"))
readable, Beyond = load_module(Path(__file__).with_name("lesson3_verdicts.py")).readable, claims.Beyond
MUCH = 25.0  # percent of the weight
ROUNDED = 0.051  # of a figure told with one decimal


def _approved(case: Any, share: float) -> bool:
    return bool(abs(case.value("measured")["approved"] - share) < ROUNDED)


def _base_is_higher(case: Any, shift: str) -> bool:
    learnt, *_line, everybody = case.bases.values()
    return bool(everybody > learnt)


def _carry_much(case: Any) -> bool:
    found = case.gap_facts
    past = found["edges"].index(found["line"]) + 1
    return bool(100 * sum(found["weight"][past:]) > MUCH)


def _follows(case: Any, percent: float) -> bool:
    *_fewer, (_agreement, fidelity) = case.value("samples").values()
    return bool(abs(100 * fidelity - percent) < ROUNDED)


def _first_changes(case: Any) -> bool:
    few, _many = case.tops.values()
    return len({top[0] for top in few}) > 1


def _from_two_runs(case: Any) -> bool:
    """Return whether each letter names what one run of the case's one model on client K names."""
    few, _many = case.runs.values()
    words = [[case.contract.reason(name) or case.contract.label(name) for name in pushes] for pushes in few.pushes]
    return all(text in letter for texts, letter in zip(words, case.letters.values(), strict=False) for text in texts)


def _agrees_only(case: Any) -> bool:
    (few, few_fidelity), *_between, (many, many_fidelity) = case.value("samples").values()
    return bool(many > few and many_fidelity <= few_fidelity + 0.01)


def _pd_stays(case: Any, percent: float) -> bool:
    _one, other = case.twice("F")
    return bool(abs(other.pd - percent) < ROUNDED)


def _in_log_odds(case: Any, fact: str, push: str) -> bool:
    return bool(abs(case.applicant("F").concepts[fact] - float(push)) < ROUNDED / 10)


def _in_points(case: Any, fact: str, points: float) -> bool:
    client = case.applicant("F")
    return abs(float(probability_points(client.log_odds, client.concepts[fact])) - points) <= 1.0


def _sum_gives(case: Any, *told: Any) -> bool:
    client = case.applicant("F")
    return bool(abs(float(pd_percent(client.base + client.contributions.sum())) - told[-1]) < ROUNDED)


def _within(case: Any, concept: str, width: str) -> bool:
    real, edges = np.array(case.gap_facts["real"]), [number(edge) for edge in case.gap_facts["edges"]]
    return bool(real[edges.index(width) + 1 :].sum() <= 0.001 * real.sum())


def _weighs_more(case: Any, one: str, other: str) -> bool:
    return bool((case.weights.loc[one] > case.weights.loc[other]).all())


# What the claims are about: a case knows them by number only.
NAMES = {
    "c01": "weighs-less",
    "c02": "push-log-odds",
    "c03": "weighs-more",
    "c04": "more-agrees-only",
    "c05": "no-protected",
    "c06": "approved-of-all",
    "c07": "other-model",
    "c08": "twins-line",
    "c09": "copy-auc",
    "c10": "copy-follows",
    "c11": "carried-much",
    "c12": "sum-log-odds",
    "c13": "first-stays",
    "c14": "pd-stays",
    "c15": "pd-moves",
    "c16": "first-changes",
    "c17": "letters-new-model",
    "c18": "would-fall",
    "c19": "carried-nothing",
    "c20": "approved-of-booked",
    "c21": "understands",
    "c22": "next-year",
    "c23": "sum-points",
    "c24": "letters-same-model",
    "c25": "base-higher",
    "c26": "base-lower",
    "c27": "true-reasons",
    "c28": "twins-half",
    "c29": "would-default",
    "c30": "more-both",
    "c31": "push-percent",
}

BANK = claims.Bank.of(
    NAMES,
    (
        readable(
            "approved-of-all",
            "approved-of-booked",
            _approved,
            "share-of-booked-loans",
            "Two shares are printed, of two populations: all applications, and loans that were booked.\n"
            "Who was declined is missing from the second, so it flatters.\n"
            "Read the model team's table again: which share is of all applications?",
            "The model team's table has the share, with its population.\nCompare the figure.",
            other=_approved,
        ),
        readable(
            "base-higher",
            "base-lower",
            _base_is_higher,
            "shift-reversed",
            "The two base values are read the other way round: less negative is higher.\n"
            "A reader would think the reference safer than it is.\n"
            "Subtract the base value of the loans learnt on from the other.",
            "The lines above the table of question 3.7 have the base value of each reference.\nSubtract one from the other.",
        ),
        readable(
            "carried-much",
            "carried-nothing",
            _carry_much,
            "weight-not-added-up",
            "LIME gives distant files less weight, and these are not that distant.\n"
            "“Weighted, so irrelevant” would settle question 3.5 without looking.\n"
            "Add up the last column of that table, past the line.",
            "The last column of the table above question 3.5 has the weights.\nAdd them up past the line.",
        ),
        readable(
            "copy-follows",
            "copy-auc",
            _follows,
            "auc-taken-for-fidelity",
            "One figure is R² of the copy, the other the model's AUC: quality of the copy, quality of the model.\n"
            "A slide that swaps them sells a poor copy by a good model.\n"
            "Recompute from the table of client M in part 3.",
            "The table of client M in part 3 has the R² with 5,000 files.\nCompare, as a percentage.",
            other=_follows,
        ),
        readable(
            "first-changes",
            "first-stays",
            _first_changes,
            "first-places-overlooked",
            "The squares marked 1 tell it: are they all in one row of the left panel, or not?\n"
            "The first reason is the one a client remembers.\n"
            "Find the ten squares marked 1.",
            "The left panel of the heat map has a 1 in each of the ten runs.\nAre they in one row?",
        ),
        readable(
            "letters-same-model",
            "letters-new-model",
            _from_two_runs,
            "model-blamed-for-the-method",
            "Model and file were the same; what changed was the seed of the explanation.\n"
            "Looking for a change of model, the lender would search in the wrong place.\n"
            "Compare the two letters with runs 1 and 2 of the heat map.",
            "Part 2 says where both letters come from: runs 1 and 2 of the heat map.\nRead it again.",
        ),
        readable(
            "more-agrees-only",
            "more-both",
            _agrees_only,
            "stable-so-faithful",
            "Agreement of the runs and fidelity of the copy are two columns; only one of them rises.\n"
            "More of the same files makes a copy steadier, not truer.\n"
            "Read both columns of client M's table in part 3, from top to bottom.",
            "The table of client M in part 3 has both, for three numbers of files.\nRead the two columns.",
        ),
        readable(
            "pd-stays",
            "pd-moves",
            _pd_stays,
            "reference-taken-for-score",
            "The other figure mixes the base value of one reference with the contributions of the other.\n"
            "A reference changes the explanation; the model's PD does not move.\n"
            "In F's table, add the last two lines within one column, and convert.",
            "The last two lines of F's table give the PD, in each column.\nAdd them up and convert.",
            other=_pd_stays,
        ),
        readable(
            "push-log-odds",
            "push-percent",
            _in_log_odds,
            "log-odds-read-as-percent",
            "A contribution in log-odds is not a number of points.\n"
            "Read as points, it would promise an effect several times too large.\n"
            "Convert F's total with and without it, as in lesson 1.",
            "F's table has this contribution and its unit.\nCompare number and unit.",
            other=_in_points,
        ),
        readable(
            "sum-log-odds",
            "sum-points",
            _sum_gives,
            "sum-in-points",
            "The sum closes in log-odds; a base in percent and contributions in log-odds do not add up.\n"
            "Such a slide makes a risky client look safe.\n"
            "Add the last two lines of F's table, then convert once.",
            "The last two lines of F's table can be added up.\nConvert the result once.",
            other=_sum_gives,
        ),
        readable(
            "twins-line",
            "twins-half",
            _within,
            "line-halved",
            "Two widths are in play; only one of them holds 99.9 % of the real files.\n"
            "Too narrow a line would call honest files impossible.\n"
            "Count the real files past that width in the table above question 3.5.",
            "The table above question 3.5 counts real files by their gap.\nWhat share lies past that width?",
            other=_within,
        ),
        readable(
            "weighs-more",
            "weighs-less",
            _weighs_more,
            "columns-swapped",
            "These two are told apart by every reference, and you have them the other way round.\n"
            "The wrong driver would head the report.\n"
            "Compare their two lines in the table above question 3.7.",
            "The table above question 3.7 has a line for each.\nCompare the two, column by column.",
            other=_weighs_more,
        ),
    ),
    (
        Beyond(
            "next-year",
            "The runs are on this year's files; next year's clients are not among them.\n"
            "A promise about them is a forecast nobody made.\n"
            "Missing: next year's files, run again.",
            "Nothing here says that they will agree less, either.\n"
            "Missing: next year's files, run again.\n"
            "Silent is not the same as false.",
        ),
        Beyond(
            "no-protected",
            "What a model is not told, it may still read from other columns.\n"
            "“Not used, so harmless” has to be measured: who is refused, group by group.\n"
            "Missing: approvals by group. Lesson 4 has them.",
            "That some group is put at a disadvantage is not shown here, either.\n"
            "Missing: approvals by group. Lesson 4 has them.\n"
            "Until then, neither claim may go into a report.",
        ),
        Beyond(
            "other-model",
            "An explanation speaks of one model, from one reference.\n"
            "Another model, as good as this one, may lean on other columns.\n"
            "Missing: the other model's answer on this file.",
            "Another model might well agree: nobody has seen it.\n"
            "Missing: the other model's answer on this file.\n"
            "Not seen is not the same as not so.",
        ),
        Beyond(
            "true-reasons",
            "Both letters tell what a copy of a model leans on, not why a person would fail to pay.\n"
            "A letter that claims the latter is a guess about somebody's life.\n"
            "Missing: what became of the client, and why.",
            "By chance a letter may name them: nothing here rules it out.\n"
            "Missing: what became of the client, and why.\n"
            "Say what the model used, and no more.",
        ),
        Beyond(
            "understands",
            "Nobody asked a client.\n"
            "A reason may be true and specific, and still mean nothing to its reader.\n"
            "Missing: a few clients who read it and say it back in their own words.",
            "Nobody asked a client: they may understand it very well.\n"
            "Missing: a few clients who read it and say it back in their own words.\n"
            "It is cheap to find out.",
        ),
        Beyond(
            "would-default",
            "A PD is a share among many alike, never a certainty about one.\n"
            "F was declined at the time, so no outcome was ever seen.\n"
            "Missing: what would have become of this client.",
            "A PD below 100 % does not mean that this client would have paid.\n"
            "F was declined at the time: nobody saw an outcome.\n"
            "A probability neither foretells nor rules out.",
        ),
        Beyond(
            "would-fall",
            "The model would answer differently; the borrower may not behave differently.\n"
            "No client was observed before and after such a change.\n"
            "Which cell shows the borrower's behaviour? None does.",
            "That nothing would change is as unproven as that it would.\n"
            "Missing: clients observed before and after such a change.\n"
            "Say what the model says, and stop there.",
        ),
    ),
)
