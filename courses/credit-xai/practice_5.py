"""The practice items of lesson 5, checked at once, with hints on demand; and its decisions, which nobody checks.

Goes to learners; earns nothing, so it may know its answers. Practice is about another model, Harbour, and about memos that other
people wrote; the third hint is always a worked case with other numbers.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.expectations import Choice, Choices, Expectation, Number, Parts, Table, Trap
from graders.forms import ChoiceForm, ChoicesForm, Form, PartsForm, TextForm
from graders.practice import decision, practice
from graders.references.odds import pd_percent

words = load_module(Path(__file__).with_name("words_5.py"))

_A_CAUSE = "An explanation of a model is taken for a cause of default.\nWhich cell would show a borrower's behaviour?"


@decision("5.my-bet", look=False)
def my_bet(case: Any) -> Form:
    """Bet on the vendor's data sheet, before any figure of yours."""
    return PartsForm(
        {
            "verdict": ChoiceForm(words.VERDICTS, "From the data sheet alone, I would"),
            "suspects": ChoicesForm(words.DEFECTS, label="What I expect to find"),
        }
    )


@decision("5.my-bet-after", look=False)
def my_bet_after(case: Any) -> Form:
    """Keep your bet or change it, now that the register is filled."""
    return PartsForm(
        {
            "verdict": ChoiceForm({"keep": "I keep it", "change": "I change it"}, "My bet"),
            "why": TextForm("The figure that decides it, in a sentence", most_words=60),
        }
    )


# --- Harbour -------------------------------------------------------------------------------------------------------------


@practice(
    "5.a",
    hints=(
        "An AUC is a share of pairs: one loan that defaulted, one that did not. Which of the two has the higher PD?",
        "Pairs with the default ahead, plus half of those with the same PD, over all pairs. Once for each line.\n"
        "The gap is the first AUC minus the second.",
        "Another model: 200,000 pairs, 150,000 with the default ahead, 4,000 with the same PD.\n"
        "(150,000 + 2,000) / 200,000 = 0.76. On the loans it learnt on it had 0.81: a gap of 0.05.",
    ),
)
def order_of_harbour(case: Any) -> Expectation:
    """Work out Harbour's AUC out of time, and the gap."""
    learnt, later = case.other.figures.auc_learnt, case.other.figures.auc_later
    other_ways = case.other.other_ways
    return Parts(
        {
            "auc_later": Number(
                later,
                tolerance=0.003,
                label="Harbour's AUC, out of time",
                reason="two decimals: so many Harbour's AUCs have, and other ways to count ties lie further off",
                traps=[
                    Trap("development-figure", learnt, "That is the first line. Out of time is the second."),
                    Trap("gini-for-auc", 2 * later - 1, "That is the Gini.\nAUC = (Gini + 1) / 2."),
                    Trap(
                        "wrong-order",
                        1 - later,
                        "That is the share in the wrong order.\nTake the pairs with the default ahead.",
                    ),
                    *(Trap(name, auc, words.TIES[name]) for name, (_learnt, auc) in other_ways.items()),
                ],
            ),
            "gap": Number(
                learnt - later,
                tolerance=0.003,
                label="Gap: learnt on minus out of time",
                reason="two decimals: a gap of rounded AUCs is off by nothing here",
                traps=[
                    Trap(
                        "turned-over",
                        later - learnt,
                        "The size is right, the sign is not.\nLearnt on minus out of time.",
                    ),
                    Trap(
                        "gap-of-ginis",
                        2 * (learnt - later),
                        "That is the gap of the Ginis, twice that of the AUCs.\nHalve it.",
                    ),
                    *(Trap(name, one - other, words.TIES[name]) for name, (one, other) in other_ways.items()),
                ],
            ),
        }
    )


@practice(
    "5.b",
    hints=(
        "Two ratios, and in each: what stands on top, and who is counted below?",
        "A/E: all defaults of the year over the sum of all PDs of the year.\n"
        "Ratio: approval rate of the first group over that of the second; its interval: divided by the factor, multiplied by it.",
        "Another model: 60 and 90 defaults, PDs of 50 and 75: A/E = 150 / 125 = 1.20.\n"
        "120 of 200 approved against 1,400 of 2,000: 0.60 / 0.70 = 0.857. With a factor of 1.12: 0.765 to 0.960.",
    ),
)
def level_and_groups_of_harbour(case: Any) -> Expectation:
    """Work out Harbour's A/E and its approval ratio with the interval."""
    found, counted = case.other.figures, case.other.counted
    each = [row["defaults"] / row["announced"] for row in case.value("other")["outcomes"]]
    return Parts(
        {
            "ae": Number(
                found.ae,
                tolerance=0.01,
                label="Harbour's A/E",
                reason="two decimals",
                traps=[
                    Trap("turned-over", 1 / found.ae, "That is expected over actual.\nDefaults on top."),
                    Trap(
                        "mean-of-ratios",
                        sum(each) / len(each),
                        "You averaged two ratios. The halves are not of one size.\nAdd up first, divide once.",
                    ),
                ],
            ),
            "ratio": Number(
                found.ratio,
                tolerance=0.005,
                label="Its approval ratio, first group over second",
                reason="counts are exact",
                traps=[
                    Trap("turned-over", 1 / found.ratio, "That is the second group over the first.\nTurn it over."),
                    Trap(
                        "refusals",
                        counted.refusals.ratio,
                        "That is the ratio of refusal rates.\nThe line is for approvals.",
                    ),
                ],
            ),
            "low": _end("Its interval, lower end", found.low, found.high),
            "high": _end("Its interval, upper end", found.high, found.low),
        }
    )


def _end(label: str, end: float, other: float) -> Number:
    swapped = Trap(
        "ends-swapped", other, "That is the other end.\nDivide by the factor for the lower, multiply for the upper."
    )
    return Number(end, tolerance=0.01, label=label, reason="two decimals", traps=[swapped])


@practice(
    "5.c",
    hints=(
        "A run is a way against the declared sign, from one point to a later one; small steps back in between do not end it.",
        "The curve should rise. Find its highest point before it falls, and the lowest after that.\n"
        "For the columns: an AUC of 0.30 orders as well as one of 0.70, the other way round.",
        "Another curve, declared to rise: −2.50 → −2.10 → −2.25 → −2.20 → −2.40 → −1.90.\n"
        "Highest before the fall −2.10, lowest after it −2.40: a run of 0.30.\n"
        "Columns with 0.66 and 0.27: the best is 1 − 0.27 = 0.73.",
    ),
)
def curve_and_columns_of_harbour(case: Any) -> Expectation:
    """Work out Harbour's worst adverse run and its best column alone."""
    found, alone = case.other.figures, case.value("other")["alone"].values()
    heights = case.value("other")["curve"]["heights"]
    step = max(one - other for one, other in pairwise(heights))
    return Parts(
        {
            "run": Number(
                found.run,
                tolerance=0.011,
                label="Harbour's worst adverse run, log-odds",
                reason="heights have two decimals",
                traps=[
                    Trap(
                        "one-step-only",
                        step,
                        "That is one step. A small step back does not end a run.\nGo on to the lowest point.",
                    ),
                    Trap(
                        "ends-only",
                        heights[-1] - heights[0],
                        "You took the first and the last point.\nThe run lies between them.",
                    ),
                ],
            ),
            "alone": Number(
                found.alone,
                tolerance=0.005,
                label="Its best AUC of a column alone",
                reason="three decimals are printed",
                traps=[
                    Trap(
                        "not-turned-round",
                        max(alone),
                        "That is the largest number as printed. A column may order better the other way round.\n"
                        "Take 1 − AUC where it is under 0.5.",
                    ),
                    Trap("printed-the-other-way", min(alone), "The right column. Turn its AUC round: 1 − AUC."),
                ],
            ),
        }
    )


@practice(
    "5.d",
    hints=(
        "Two questions: how alike are two lists, on average? And what PD do log-odds give once all are added?",
        "Mean Jaccard: each kind of pair with its number of pairs, over the number of pairs.\n"
        "PD: base value plus all contributions, converted once.",
        "Another model: 4 pairs share 4 of 5 (4/6), 6 pairs share 3 (3/7): (4 × 0.667 + 6 × 0.429) / 10 = 0.52.\n"
        "Base −2.50, contributions +0.90 and −0.20: −1.80, a PD of 14.2 %.",
    ),
)
def explanations_of_harbour(case: Any) -> Expectation:
    """Work out how stable Harbour's LIME is, and rebuild one PD."""
    other = case.value("other")
    counts = other["overlaps"]
    names, pairs = len(counts) - 1, sum(counts)
    base = float(pd_percent(other["base"]))
    return Parts(
        {
            "jaccard": Number(
                case.other.figures.jaccard,
                tolerance=0.01,
                label="Mean Jaccard over all pairs of Harbour's runs",
                reason="two decimals",
                traps=[
                    Trap(
                        "shared-over-five",
                        sum(count * shared for shared, count in enumerate(counts)) / (names * pairs),
                        "You divided by five. Two lists that differ name more than five columns.\nUse the fraction of the table.",
                    )
                ],
            ),
            "pd": Number(
                case.other.figures.pd,
                tolerance=0.15,
                unit="%",
                label="PD of its client",
                reason="one decimal",
                traps=[
                    Trap("base-for-pd", base, "That is the base value as a PD.\nAdd the contributions first."),
                    Trap(
                        "base-forgotten",
                        float(pd_percent(sum(other["pushes"]))),
                        "You converted the contributions alone.\nThey start from the base value.",
                    ),
                ],
            ),
        }
    )


@practice(
    "5.e",
    hints=(
        "Take the figures of 5.a to 5.d one by one, each with the line of the bank's rule beside it.",
        "Gap of AUCs, adverse run, interval against the line, A/E against its band, best column alone.\n"
        "Then read the decision rule from the top: the first line that fits is the recommendation.",
        "Another model: gap 0.04, run 0.07, interval 0.91 to 1.02, A/E 1.61, best column 0.70.\n"
        "Only A/E is on the wrong side: calibration. No leak, no overfit, one other defect: approve with conditions.",
    ),
)
def verdict_on_harbour(case: Any) -> Expectation:
    """Name Harbour's defects, and what the bank's rule makes of them."""
    found = case.other.defects(case.lines)
    fatal = {"leak", "overfit"} & set(found)
    right = "refuse" if fatal else "conditions" if found else "approve"
    return Parts(
        {
            "defects": Choices(
                found,
                options=words.DEFECTS,
                label="Harbour's defects",
                traps=[
                    Trap(
                        "everything",
                        list(words.DEFECTS),
                        "You found everything. A defect has crossed its line.\nKeep those that have.",
                    ),
                    Trap(
                        "nothing",
                        [],
                        "At least one figure lies on the wrong side of its line.\nGo through them once more.",
                    ),
                ],
            ),
            "recommendation": Choice(
                right,
                words.VERDICTS,
                label="By the bank's rule",
                traps=[
                    Trap("passed-on-paper", "approve", "The rule approves only where no defect is found."),
                    Trap(
                        "conditions-as-compromise",
                        "conditions",
                        "A leak or an overfit cannot be met with conditions: the vendor's figures do not stand.",
                    ),
                    Trap(
                        "refused-by-reflex",
                        "refuse",
                        "The rule refuses for a leak or an overfit only.\nIs one of them on your list?",
                    ),
                ],
            ),
        },
        weights={"defects": 2, "recommendation": 1},
    )


# --- memos of other people -----------------------------------------------------------------------------------------------

_LEVEL_OF = {"cause": "insufficient", "named": "developing", "read": "proficient", "limits": "exemplary"}


@practice(
    "5.f",
    hints=(
        "Read the rubric's line “Critical reading of explanations” level by level, and stop at the last one that is met in full.",
        "Is an explanation taken for a cause? Are reference, unit, ties, twins, and LIME's stability and fidelity all there? "
        "Is it said what no method here can show?",
        "Another criterion, “Facts and units”: “The AUC is good” is insufficient: no number. “AUC 0.78” alone is developing. "
        "“AUC 0.78 on 6,400 booked loans of the last year” is proficient; with its interval, exemplary.",
    ),
)
def levels_of_excerpts(case: Any) -> Expectation:
    """Give four excerpts their level for critical reading of explanations."""
    return Table(
        _LEVEL_OF,
        rows=words.EXCERPTS,
        options=words.LEVELS,
        label="Level of “Critical reading of explanations”",
        per_row_replies={
            "cause": {
                "developing": _A_CAUSE,
                "proficient": _A_CAUSE,
            },
            "named": {
                "proficient": "The method is named, but against whom, and what of ties and fidelity?\nLook for the reference.",
                "insufficient": "Nothing in it is wrong, and no cause is claimed. It is only thin.",
            },
            "read": {
                "exemplary": "Reference, unit, ties, twins, stability, fidelity: all there.\n"
                "Does it say what no method here can show?",
                "developing": "More than a name of a method: go through the next level item by item, all of it is there.",
            },
            "limits": {
                "proficient": "Read its last sentence again: it says what neither method can show, and what is asked instead."
            },
        },
    )


@practice(
    "5.g",
    hints=(
        "A number in a memo stands in the register, to two decimals, with its sign and its side. Go number by number.",
        "Two things go wrong most: a number taken from another line, and a number that stands nowhere.",
        "A register says 0.81, 0.76, 1.10 and 0.92. A memo says: “order 0.81, out of time 0.81; 1.10 defaults for each announced; "
        "ratio 0.92”. The second number is from another line.",
    ),
)
def faithful_sentences(case: Any) -> Expectation:
    """Find the sentences of a draft whose number is not the register's."""
    return Choices(
        ["later", "saved"],
        options=words.DRAFT,
        label="Sentences whose number is not the register's",
        traps=[
            Trap(
                "copied-line-missed",
                ["saved"],
                "One more: a number that is in the register, on another line.\nWhich line does each number come from?",
            ),
            Trap(
                "invented-missed",
                ["later"],
                "One more: a number that stands nowhere in the register. In the memo, an invented number is critical.",
            ),
        ],
    )
