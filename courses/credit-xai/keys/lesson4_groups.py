"""Keys of lesson 4 on approvals by group: rates and ratios, the line and the uncertainty (4.1, 4.2).

Rates are of all applications, approved by the model under audit. A line is the lender's own; no key speaks of law.
"""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Expectation, Mapping, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.language import number
from graders.references.approval import Approvals, Comparison, acceptable_standings, significance

RATIO, RATE = 0.005, 0.5  # tolerances: rounding of a ratio to two decimals, of a rate to whole percent
STANDINGS = {
    "below": "wholly below the line",
    "not-below": "wholly above the line",
    "inconclusive": "across the line: inconclusive",
}
YES_NO = {"yes": "yes, at 1 %", "no": "no"}


@key("4.1", points=3, competency="C7", needs=("protected",))
def rates_and_ratios(case: Any) -> Expectation:
    """Give the approval rate of each group and the ratio of each pair, over all applications."""
    groups = case.value("groups")
    parts: dict[str, Number] = {}
    for column, both in groups.items():
        approvals, label = case.approvals(column), case.words[column]
        for side, rate in zip(("compared", "reference"), approvals.rates, strict=True):
            title = f"{label}: {both[side]['name']}, approved"
            parts[f"{column}_{side}"] = Number(rate, RATE, unit="%", label=title, low=0, high=100)
        parts[f"{column}_ratio"] = Number(approvals.ratio, RATIO, label=f"{label}: ratio", low=0)
    return Parts(parts, traps=_wrong_rates(case))


def _wrong_rates(case: Any) -> list[Trap]:
    columns = list(case.value("groups"))
    right = {column: case.approvals(column) for column in columns}
    refused = {column: right[column].refusals for column in columns}
    booked = {column: case.approvals(column, "booked") for column in columns}
    defaults = {column: _defaults(case, column) for column in columns}
    return [
        Trap(
            "booked-only",
            {**_rates(booked), **_ratios(booked)},
            "You counted booked loans only: the people the old scorecard refused are missing.\n"
            "They were refused most in one of the groups, so the gap looks smaller than it is.\n"
            "Divide by all who applied.",
        ),
        Trap(
            "refused-for-approved",
            _rates(refused),
            "These are the rates of refusal.\n"
            "The declared line compares how often groups are approved.\n"
            "Count the approved, and divide by all who applied.",
        ),
        Trap(
            "ratio-of-refusals",
            _ratios(refused),
            "You divided rates of refusal.\n"
            "That ratio is another number, and the line was not declared for it.\n"
            "Divide approval rates: compared group over reference group.",
        ),
        Trap(
            "ratio-of-defaults",
            _ratios(defaults),
            "You divided default rates. A default is what a borrower did, not what you decided.\n"
            "The ombudsman asks about your decision.\n"
            "Divide approval rates.",
        ),
        Trap(
            "turned-over",
            {f"{column}_ratio": 1 / ratio for column in columns if (ratio := right[column].ratio)},
            "The ratios are upside down.\n"
            "Above 1 it would read as if the compared group were approved more often.\n"
            "Compared group over reference group.",
        ),
    ]


def _rates(found: dict[str, Approvals]) -> dict[str, float]:
    sides = ("compared", "reference")
    return {
        f"{column}_{side}": rate
        for column, approvals in found.items()
        for side, rate in zip(sides, approvals.rates, strict=True)
    }


def _ratios(found: dict[str, Approvals]) -> dict[str, float]:
    return {f"{column}_ratio": approvals.ratio for column, approvals in found.items()}


def _defaults(case: Any, column: str) -> Approvals:
    both = [case.value("groups")[column][side] for side in ("compared", "reference")]
    return Approvals(*(of[count] for of in both for count in ("defaulted", "booked")))


@key("4.2", points=4, competency="C7", needs=("protected",))
def line_and_uncertainty(case: Any) -> Expectation:
    """Say where each ratio stands against the declared line, and whether each gap is more than chance."""
    line = float(case.line)
    compared = dict(zip(case.picks.tested, case.comparisons, strict=True))
    standings = {row: acceptable_standings(one.approvals.interval, line) for row, one in compared.items()}
    gaps = {row: [_yes_no(found) for found in significance(one.approvals.z)] for row, one in compared.items()}
    return Parts(
        {
            "standing": Mapping(
                {row: tuple(names) for row, names in standings.items()},
                rows=Pick("tested"),
                options=STANDINGS,
                label="The 95 % interval of the ratio lies",
                per_row_replies={row: _standing_replies(one, standings[row]) for row, one in compared.items()},
            ),
            "significant": Mapping(
                {row: tuple(names) for row, names in gaps.items()},
                rows=Pick("tested"),
                options=YES_NO,
                label="The gap between the two rates is more than chance",
                traps=[_test_read_off_the_line(standings)],
                per_row_replies={row: _gap_replies(one, gaps[row], standings[row]) for row, one in compared.items()},
            ),
            "sentence": _sentence(),
        },
        weights={"standing": 2, "significant": 1, "sentence": 1},
    )


def _yes_no(flag: bool) -> str:
    return "yes" if flag else "no"


def _standing_replies(one: Comparison, right: list[str]) -> dict[str, Trap]:
    low, high = (number(end, 2) for end in one.approvals.interval)
    if right[0] == "inconclusive":
        reply = (
            f"{number(one.approvals.compared)} people are compared: the interval runs from {low} to {high}.\n"
            "Whoever reports the point alone accuses, or reassures, on too few files.\n"
            "Is the line inside the bar?"
        )
        return {way: Trap("judged-on-the-point", way, reply) for way in ("below", "not-below") if way not in right}
    end = "upper" if right[0] == "below" else "lower"
    reply = (
        "The bar does not reach the line on that side.\n"
        "“Inconclusive” is for a bar that the line crosses; here it hides a finding.\n"
        f"Compare its {end} end with the line."
    )
    other = "not-below" if right[0] == "below" else "below"
    mirrored = (
        "The bar lies on the other side of the line.\n"
        "A group would be reported for its opposite.\n"
        "Below is left of the line."
    )
    wrong = {"inconclusive": Trap("bar-not-read", "inconclusive", reply), other: Trap("other-side", other, mirrored)}
    return {way: trap for way, trap in wrong.items() if way not in right}


def _test_read_off_the_line(standings: dict[str, list[str]]) -> Trap:
    return Trap(
        "test-read-off-the-line",
        {row: _yes_no(names[0] == "below") for row, names in standings.items()},
        "You answered yes where the bar is below the line, no elsewhere.\n"
        "The line says how large a gap the lender looks into; the test says whether it is more than chance.\n"
        "Read z: beyond 2.58 on either side is significant at 1 %.",
    )


def _gap_replies(one: Comparison, right: list[str], standing: list[str]) -> dict[str, Trap]:
    if right == ["no"]:
        reply = (
            "A gap in points is not a test: with so few people chance alone makes such gaps.\n"
            "Reported as a finding, it would not stand up.\n"
            "Compare z with 2.58."
        )
        return {"yes": Trap("gap-taken-for-test", "yes", reply)}
    if right == ["yes"]:
        above = (
            "Above the line is not “no gap”: z says that this one is more than chance.\n"
            "Smaller differences may count too, says the card on where such lines come from.\n"
            "Compare z with 2.58."
        )
        below = (
            "z is far beyond 2.58.\nChance alone hardly ever makes such a gap.\nCompare z with 2.58, whatever its sign."
        )
        name, reply = ("test-not-read", below) if standing[0] == "below" else ("above-so-no-issue", above)
        return {"no": Trap(name, "no", reply)}
    return {}


def _sentence() -> Choice:
    return Choice(
        "look-into-both",
        {
            "look-into-both": "A ratio below the line is to be looked into; so is a gap above it that is more than chance",
            "below-breaks-a-rule": "A ratio below the line breaks a rule that binds every lender; one above it does not",
            "above-is-fine": "Above the line there is nothing to look into",
            "inconclusive-is-equal": "Where the interval crosses the line, the group is approved as often as its reference group",
        },
        label="The sentence that the reply may keep",
        traps=[
            Trap(
                "line-taken-for-law",
                "below-breaks-a-rule",
                "The line is one that the lender declared; the card says where such lines come from.\n"
                "A reply that speaks of a rule for every lender claims what nothing on your desk shows.\n"
                "Say what the ratio is, and that it lies below the line the policy declares.",
            ),
            Trap(
                "above-taken-for-fine",
                "above-is-fine",
                "A ratio above the line can go with a gap that is more than chance.\n"
                "A line says what is looked into first, not whether a gap is chance.\n"
                "Ask of every row above the line what its z says.",
            ),
            Trap(
                "not-proven-taken-for-equal",
                "inconclusive-is-equal",
                "Not shown is not the same as not so.\n"
                "An interval across the line says that these people are too few to tell.\n"
                "Say how many they are, and what would settle it.",
            ),
        ],
    )
