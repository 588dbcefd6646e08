"""Key of lesson 3 on the files that LIME invents (3.5): counted against what real files show."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.expectations import Choice, Expectation, Number, Parts, Trap
from graders.keys import key

FELT = 0.05  # share of the weight from which invented files are more than a trace


@key("3.5", points=2, competency="C5", needs=("readings",))
def impossible_files(case: Any) -> Expectation:
    """Measure how many of the invented files have a gap that hardly any real file has, and what they do in the fit."""
    found = case.gap_facts
    first = found["edges"].index(found["line"]) + 1  # of the classes past the line
    real, made = np.array(found["real"]), np.array(found["invented"])
    share = float(100 * made[first:].sum() / made.sum())
    carried = sum(found["weight"][first:])
    return Parts(
        {
            "share": Number(
                share,
                tolerance=1.0,
                unit="%",
                low=0,  # no upper end: a count has its own reply
                label="Invented files past the line",
                reason="counts are printed; a point is less than another run of LIME would move it",
                traps=[
                    Trap(
                        "real-files-counted",
                        float(100 * real[first:].sum() / real.sum()),
                        "You counted the real files past the line: by construction, at most one in a thousand.\n"
                        "The question is what LIME feeds to the model.\n"
                        "Count the invented files.",
                    ),
                    Trap(
                        "count-given",
                        float(made[first:].sum()),
                        "That is a number of files; a share was asked.\n"
                        "A count without its total cannot be compared with the 0.1 % of real files.\n"
                        "Divide by all invented files.",
                    ),
                    Trap(
                        "last-class-only",
                        float(100 * made[first + 1 :].sum() / made.sum()),
                        "You took only the last line of the table.\n"
                        "The line of the gap lies one class lower: every class above it counts.\n"
                        "Add up all classes past the line.",
                    ),
                    Trap(
                        "within-the-line",
                        100 - share,
                        "That is the share of files that could exist.\n"
                        "Asked are those that hardly any real file resembles.\n"
                        "Take the classes past the line.",
                    ),
                ],
            ),
            "effect": Choice(
                "used" if carried >= FELT else "trace",
                {
                    "dropped": "LIME drops them before the fit",
                    "trace": "they take part, but their weight is next to nothing",
                    "used": "they take part in the fit with a large share of the weight",
                },
                label="What they do to the weights",
                traps=[
                    Trap(
                        "weighted-so-irrelevant",
                        "trace",
                        "LIME gives distant files less weight, and the fit still uses them.\n"
                        "“Weighted, so irrelevant” is a sentence of vendors: the table has the weight.\n"
                        "Add up the last column for the classes past the line.",
                    ),
                    Trap(
                        "never-looked-at",
                        "dropped",
                        "LIME asks nobody whether a file can exist: it has no list of real ones.\n"
                        "The model answers for them as for any other, and the fit takes its answers.\n"
                        "The last column of the table has their weight.",
                    ),
                    Trap(
                        "weight-overrated",
                        "used",
                        "Here these files carry hardly any weight: see the last column.\n"
                        "Overstating a flaw costs an auditor the next, real one.\n"
                        "Add up that column past the line.",
                    ),
                ],
            ),
        }
    )
