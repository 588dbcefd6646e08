"""Keys of lesson 2 on declared signs: which curves run against them, where one turns, and what that is worth (2.3, 2.4).

A curve is judged in bands around the line that the lesson shows: what lies near it may be named and need not be.
"""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Choices, Expectation, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.language import number
from graders.references.curves import FLAT, adverse_run, turning
from graders.references.explanation import shown

# Around the shown line of 0.15. On 28 samples and 8 redrawn portfolios, the planted column ran further than the upper one and
# every other column less; between the lower one and the line a run is what another sample of files may or may not show.
ABOVE, BELOW = 0.03, 0.07
ROUNDING = 0.01  # two heights printed to two decimals: what reads as 0.05 may be 0.06
WIGGLE = 0.0005  # the least that a printed curve shows
FAINT = 0.03  # of the declared sign: a correlation that a reader of the loans takes for none, or for the wrong one
UNLIKELY = 0.01  # p-value from which a gap between two default rates counts as seen


@key("2.3", points=3, competency="C3", needs=("expectations",))
def broken_expectations(case: Any) -> Expectation:
    """Name the columns whose curve runs against the declared sign by more than the line."""
    line = float(case.value("adverse_line"))
    runs = {name: adverse_run(case.curves[name], sign).size for name, sign in case.declared.items() if sign}
    must = [name for name, run in runs.items() if run >= line + ABOVE]
    may = [name for name, run in runs.items() if line - BELOW <= run < line + ABOVE]
    undeclared = [name for name, sign in case.declared.items() if not sign]
    faint = [name for name, sign in case.declared.items() if sign and sign * case.value("correlation")[name] < FAINT]
    right = must or may
    return Choices(
        must=must,
        may=may,
        options=Pick("curves"),
        label="Columns whose curve runs against the declared sign",
        traps=[
            Trap(
                "any-wiggle",
                [name for name, run in runs.items() if run >= WIGGLE],
                "You flagged every curve that ever steps back.\n"
                f"Below {number(line - BELOW, 2)} in log-odds another sample of files draws another wiggle: it is noise.\n"
                "Keep the curves that run against their sign by more than the line.",
            ),
            Trap(
                "undeclared-flagged",
                [*right, *undeclared],
                "For one of these no sign was declared.\n"
                "Nothing was promised, so nothing is broken; reporting it would send people after a ghost.\n"
                "Compare each curve with the list of declarations.",
            ),
            Trap(
                "sign-of-the-data",
                faint,
                "You compared the declared sign with the correlation in the loans.\n"
                "A sign review tests the model: a curve can keep its sign where the correlation is faint, and the reverse.\n"
                "Read the curves.",
            ),
            Trap(
                "ends-only",
                [name for name in runs if case.declared[name] * _rise(case.curves[name]) < 0],
                "You compared the two ends of each curve.\n"
                "A curve that goes down and comes back up ends where it should and was wrong on the way.\n"
                "Follow each curve from left to right.",
            ),
        ],
        wrong="The curves you named keep their sign, or run against it by less than the line.\n"
        "Follow each curve from left to right, in the direction declared.\nHow far does it step back, at most?",
    )


def _rise(curve: Any) -> float:
    return float(curve.iloc[-1] - curve.iloc[0])


@key("2.4", points=2, competency="C3", needs=("expectations",))
def where_it_turns(case: Any) -> Expectation:
    """Say where the curve turns, and judge the broken expectation by the loans."""
    curve, sign = case.curves[case.turning], case.declared[case.turning]
    names = [shown(float(value)) for value in curve.index]
    turns = adverse_run(curve, sign).size > WIGGLE
    flat = [names[place] for place in turning(curve, sign, FLAT + ROUNDING).flat] if turns else names
    extremes = int(curve.to_numpy().argmax()), int(curve.to_numpy().argmin())
    furthest = next((place for place in extremes if names[place] not in flat), extremes[0])
    verdict = _verdict(case)
    return Parts(
        {
            "value": Choice(
                flat,
                Pick("turning_values"),
                label="Value at which the curve turns",
                traps=[
                    Trap(
                        "highest-point",
                        names[furthest],
                        "There the curve is furthest from where it turns.\n"
                        "Walk along its printed values: where does it run against its sign, from where to where?",
                    ),
                    Trap(
                        "end-for-turn",
                        names[-1] if furthest == 0 else names[0],
                        "That is an end of the curve.\n"
                        "Walk along its printed values: where does it run against its sign, from where to where?",
                    ),
                ],
                wrong="The curve does not turn there.\n"
                "Read its printed values one by one: from where to where does it run against its sign?",
            ),
            "verdict": Choice(
                verdict,
                {
                    "defect": "a defect: have the vendor force the declared sign",
                    "defensible": "defensible: document it, amend the declaration",
                    "not-proven": "not proven: the loans cannot tell",
                    "settled": "settled: the curve itself is the proof",
                },
                label="The finding for the report",
                traps=[trap for trap in _FINDINGS if trap.answer != verdict],
            ),
        }
    )


_FINDINGS = (
    Trap(
        "constraint-by-reflex",
        "defect",
        "You would force the sign back. The default rates of the two groups do not ask for it.\n"
        "Forced against the loans, a curve announces too little for the side that defaults more.\n"
        "Compare the two rates first.",
    ),
    Trap(
        "curve-as-proof",
        "settled",
        "The curve shows what the model does; whether that is true, loans must say.\n"
        "The evidence is the two default rates.",
    ),
    Trap(
        "rates-not-read",
        "not-proven",
        "Look at how often chance alone would give such a gap.\nThe loans do tell: read the two rates.",
    ),
    Trap(
        "gap-believed",
        "defensible",
        "The gap between the two rates is no wider than chance gives often, or it points the other way.\n"
        "Loans must carry a finding that amends a policy.",
    ),
)


def _verdict(case: Any) -> str:
    """Return what the loans say of the two sides of the turn: the curve is right, wrong, or they cannot tell."""
    turn, beyond = case.value("sides")
    places = turning(case.curves[case.turning], case.declared[case.turning])
    if case.value("sides_p") >= UNLIKELY or not places.adverse or not turn["loans"] or not beyond["loans"]:
        return "not-proven"
    heights = case.curves[case.turning].to_numpy()
    climbs = heights[list(places.adverse)].mean() > heights[list(places.flat)].mean()
    worse = beyond["bad"] / beyond["loans"] > turn["bad"] / turn["loans"]
    return "defensible" if climbs == worse else "defect"
