"""The practice items of lesson 3, checked at once, with hints on demand; and its decisions, which nobody checks.

Goes to learners; earns nothing, so it may know its answers. Practice is about clients M and G and six files, graded questions about
others; the third hint is always a worked case with other numbers.
"""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Choices, Expectation, Mapping, Number, Parts, Trap
from graders.forms import ChoiceForm, ChoicesForm, Form, PartsForm, Pick, TextForm
from graders.practice import decision, practice
from graders.references.agreement import jaccard
from graders.references.odds import pd_percent

RISEN, KEPT = 0.05, 0.02  # of agreement and R² from few files to many: a rise, and no change worth the name


@decision("3.which-letter", look=False)
def which_letter(case: Any) -> Form:
    """Choose the letter you would send, before you know more."""
    return PartsForm(
        {
            "send": ChoiceForm(
                {
                    "first": "the letter of 3 March",
                    "second": "the letter of 17 March",
                    "neither": "neither, as they are",
                },
                "I would send",
            ),
            "why": TextForm("Why, in a sentence", most_words=60),
        }
    )


@decision("3.ten-runs")
def ten_runs(case: Any) -> Form:
    """Foretell which two columns stand among the first five in every run."""
    return ChoicesForm(Pick("features"), exactly=2, label="I expect in every run")


@decision("3.which-letter-after", look=False)
def which_letter_after(case: Any) -> Form:
    """Choose once more, now that you know how they came about."""
    return PartsForm(
        {
            "send": ChoiceForm(
                {
                    "first": "the letter of 3 March",
                    "second": "the letter of 17 March",
                    "other": "another letter, from a method fixed beforehand",
                    "person": "no letter before a person has read the file",
                },
                "I would send",
            ),
            "why": TextForm("What I would tell client K about the two letters", most_words=60),
        }
    )


def _asked_rule(case: Any) -> Any:
    """Return the strongest rule of client M that pushes and is not the one drawn."""
    drawn = case.value("drawn_rule")["text"]
    rules = case.output("M").rules
    return max((rule for rule in rules if rule.text != drawn), key=lambda rule: rule.weight, default=rules[0])


@practice(
    "3.a",
    hints=(
        "A weight has a unit: what does LIME copy here, a PD or log-odds?",
        "LIME copies the PD itself, as a probability: a weight of 0.01 is one point of PD.\n"
        "The ends of a rule are where LIME cuts: at the quartiles of the loans.",
        "Another output: “Time in current job: up to 14 months”, weight +0.023.\n"
        "Where the rule holds, the copy's PD is 2.3 points higher.\n"
        "14 months is the first quartile of the loans the model learnt on.",
    ),
)
def one_rule_read(case: Any) -> Expectation:
    """Read one rule of client M: what it is worth in the copy, and where its ends come from."""
    rule, client = _asked_rule(case), case.applicant("M")
    as_log_odds = client.pd - float(pd_percent(client.log_odds - rule.weight))
    return Parts(
        {
            "points": Number(
                100 * rule.weight,
                tolerance=0.1,
                unit="points",
                label=f"“{rule.text}” is worth in the copy",
                reason="weights are printed to three decimals",
                traps=[
                    Trap(
                        "weight-not-converted",
                        rule.weight,
                        "That is the weight as a probability.\nPoints of PD were asked: one point is 0.01.",
                    ),
                    Trap(
                        "weight-as-log-odds",
                        as_log_odds,
                        "You read the weight as log-odds and converted.\nLIME copies the PD itself: nothing to convert.",
                    ),
                    Trap(
                        "drawn-rule",
                        100 * case.value("drawn_rule")["weight"],
                        "That is the rule of the drawing.\nRead the rule that this form names, in the table.",
                    ),
                ],
            ),
            "ends": Choice(
                "quartile",
                {
                    "quartile": "quartiles of the loans the model learnt on",
                    "policy": "the lender's policy",
                    "model": "points at which the model changes its mind",
                },
                label="The numbers in such rules are",
                traps=[
                    Trap(
                        "bin-taken-for-policy",
                        "policy",
                        "No policy was asked: LIME cuts every number at the quartiles of the loans.\n"
                        "A letter that calls such an end “our limit” would be untrue.",
                    ),
                    Trap(
                        "bin-taken-for-threshold",
                        "model",
                        "The model has cuts of its own, and LIME does not know them.\n"
                        "It cuts every number at the quartiles of the loans.",
                    ),
                ],
            ),
        }
    )


@practice(
    "3.b",
    hints=(
        "First the names in both runs, whatever their place.",
        "Shared names over all names in either run: that is the Jaccard index.\nThe order does not count.",
        "Other runs: a b c d e, and e b x a y. Shared: a, b, e, so 3.\n"
        "In either run: a b c d e x y, so 7, which is 10 − 3.\n"
        "Jaccard: 3 / 7 = 0.43.",
    ),
)
def two_seeds(case: Any) -> Expectation:
    """Compare two runs on client M: what stands in both, and how far they agree."""
    one, other = case.value("two_runs")
    both = [name for name in one if name in other]
    return Parts(
        {
            "both": Choices(
                must=both,
                options=Pick("features"),
                label="Columns in both runs",
                traps=[
                    Trap(
                        "first-run-only",
                        list(one),
                        "That is the whole first run.\nKeep what the second run names as well.",
                    ),
                    Trap(
                        "same-places-only",
                        [a for a, b in zip(one, other, strict=True) if a == b],
                        "You kept what stands in the same place.\nHere the order does not count: look for the names.",
                    ),
                ],
            ),
            "jaccard": Number(
                jaccard(one, other),
                tolerance=0.01,
                label="Jaccard index of the two runs",
                low=0,
                reason="shared and all names are counted",
                traps=[
                    Trap(
                        "divided-by-five",
                        len(both) / len(one),
                        "You divided by five.\nDivide by all names that stand in either run: 10 minus the shared ones.",
                    ),
                    Trap(
                        "divided-by-ten",
                        len(both) / (2 * len(one)),
                        "You counted the shared names twice below the line.\nEach name counts once: 10 minus the shared ones.",
                    ),
                    Trap(
                        "shared-not-divided",
                        len(both),
                        "That is the number of shared names.\nDivide it by all names in either run.",
                    ),
                ],
            ),
        }
    )


@practice(
    "3.c",
    hints=(
        "Two different questions: do runs agree with each other, and do they agree with the model?",
        "More invented files bring less chance into the fit.\n"
        "The fit stays what it is: a sum of steps, one a column. Does the model look like that?",
        "Elsewhere, ten thermometers that all show three degrees too much agree perfectly.\n"
        "Reading them more often makes the mean steadier.\n"
        "It does not make it right.",
    ),
)
def more_files(case: Any) -> Expectation:
    """Foretell what more invented files do to the agreement of runs and to the fidelity of the copy."""
    (few, few_fidelity), *_between, (many, many_fidelity) = case.value("samples").values()
    grown = {"agreement": _ways(many - few), "fidelity": _ways(many_fidelity - few_fidelity)}
    return Mapping(
        grown,
        rows={"agreement": "The agreement of the runs", "fidelity": "The fidelity of the copy, R²"},
        options={"rises": "rises clearly", "same": "stays about the same", "falls": "falls"},
        label="With 5,000 instead of 300 invented files",
        traps=[
            Trap(
                "stable-so-faithful",
                {"agreement": "rises", "fidelity": "rises"},
                "You expect the copy to become truer as it becomes steadier.\n"
                "Agreement with each other is one thing, agreement with the model another.\n"
                "What would have to change for a straight copy to follow a bent model?",
            ),
            Trap(
                "nothing-changes",
                {"agreement": "same", "fidelity": "same"},
                "You expect the seed to matter as much as before.\n"
                "With more files, one odd file weighs less: runs come closer to each other.\n"
                "Think of polls with 300 and with 5,000 answers.",
            ),
        ],
    )


def _ways(change: float) -> list[str]:
    """Return what may be said of a change; near a line, both sides of it."""
    named = [
        ("falls", change <= -KEPT / 2),
        ("same", abs(change) <= 2 * RISEN and change <= RISEN),
        ("rises", change >= KEPT),
    ]
    return [name for name, may in named if may]


@practice(
    "3.d",
    hints=(
        "Both columns measure the same thing. How far apart can they be in a real file?",
        "Two readings of one fact go together: they are seldom equal, and seldom far apart.\n"
        "A file with much in one and little in the other hardly exists.",
        "Other files, income now and three-month average: 2,100 and 2,050; 800 and 850; 900 and 6,400.\n"
        "The first two may be anybody, rich or poor.\n"
        "The third was put together from two people.",
    ),
)
def strange_files(case: Any) -> Expectation:
    """Spot the files that LIME invented among six."""
    line, rows = case.gap_facts["line"], case.value("strange")
    gaps = {name: abs(one - other) for name, (one, other) in rows.items()}
    made = [name for name, gap in gaps.items() if gap > line]
    real = sorted((name for name in rows if name not in made), key=lambda name: -sum(rows[name]))
    return Choices(
        must=made,
        options=Pick("strange_files"),
        label="Invented files",
        traps=[
            Trap(
                "extreme-called-impossible",
                [*real[:1], *real[-1:]],
                "You took the most extreme files.\n"
                "Very much or very little in both readings is rare, and real.\n"
                "Look for readings that contradict each other.",
            ),
        ],
        wrong="These could be real clients.\nCompare the two readings within one file.\nWhere do they contradict each other?",
    )


@practice(
    "3.e",
    hints=(
        "Each column of the table is an explanation of its own: read one, then the other.",
        "First reason: the largest contribution with a plus, in each column.\n"
        "PD: base value plus the sum of all, in one column, then the converter.",
        "Another client: base −3.00 and sum +1.50 from one reference, base −2.40 and sum +0.90 from another.\n"
        "Both give −1.50 in log-odds, a PD of 18.2 %.\n"
        "The way is another, the end is the same.",
    ),
)
def swapped_reference(case: Any) -> Expectation:
    """Read client G from two references: the first reason of each, and the PD."""
    one, other = case.twice("G")
    mixed = float(pd_percent(one.base + float(other.contributions.sum())))
    return Parts(
        {
            "first": _first_reason(one, other, "First reason, from the loans the model learnt on"),
            "second": _first_reason(other, one, "First reason, from the files just above the line"),
            "pd": Number(
                other.pd,
                tolerance=0.1,
                unit="%",
                low=0,
                label="PD of client G, from the files just above the line",
                reason="base and sum are printed to three decimals",
                traps=[
                    Trap(
                        "references-mixed",
                        mixed,
                        "You added the sum of one reference to the base of the other.\nStay within one column of the table.",
                    ),
                    Trap(
                        "base-only",
                        float(pd_percent(other.base)),
                        "That is the base value alone, as a PD.\nAdd the sum of all contributions before you convert.",
                    ),
                ],
            ),
        }
    )


def _first_reason(client: Any, other: Any, label: str) -> Choice:
    largest = str(client.concepts.abs().idxmax())
    return Choice(
        str(client.concepts.idxmax()),
        Pick("facts"),
        label=label,
        traps=[
            Trap(
                "other-reference",
                str(other.concepts.idxmax()),
                "That is the first reason from the other reference.\nRead the other column.",
            ),
            Trap(
                "sign-ignored",
                largest,
                "The largest number, but with a minus: it protects.\nTake the largest with a plus.",
            ),
        ],
    )


@practice(
    "3.f",
    hints=(
        "Ask of each question: is it about one client, about all, about the explanation, or about groups?",
        "One client: contributions of that file. The method: run it again. The copy: R². Groups: count decisions by group.\n"
        "Two of the tools answer none of the four.",
        "Other questions: “does the model rank well?” is answered by the AUC on later loans.\n"
        "“Which columns move the score most?” is answered by the bar chart over all files.\n"
        "Neither says anything about one refusal.",
    ),
)
def right_tool(case: Any) -> Expectation:
    """Choose the tool for four questions."""
    right = {"client": "file", "again": "runs", "copy": "fidelity", "groups": "rates"}
    return Mapping(
        right,
        rows={
            "client": "Why was this client refused?",
            "again": "Would the same file get the same letter next week?",
            "copy": "May LIME's local line stand for the model around this client?",
            "groups": "Is one group of clients approved less often?",
        },
        options={
            "bars": "bar chart: mean contribution over all files",
            "file": "contributions of one file, with their reference",
            "runs": "the same explanation, run ten times",
            "fidelity": "R² of the copy",
            "auc": "AUC on later loans",
            "rates": "approval rates by group",
        },
        label="Tool",
        traps=[
            Trap(
                "average-for-person",
                {**right, "client": "bars"},
                "A client is refused for what stands in the client's own file.\n"
                "The bar chart averages over all of them.\n"
                "Which tool looks at one file?",
            ),
            Trap(
                "stability-for-fidelity",
                {**right, "copy": "runs"},
                "Ten runs may agree and all miss the model.\n"
                "Asked is whether the line follows the model there.\n"
                "Which number measures that?",
            ),
        ],
    )
