"""The hand-sized exercises of lesson 2: numbers drawn for each learner, small enough for a sheet of paper.

Goes to learners. Data, and the tables that show them: what is right of them is worked out by the practice items and by the
keys. Nothing here is of the portfolio; car loans and the small portfolios are made up, and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from graders.references.explanation import shown
from graders.references.margins import shuffled

HUNT_FILES = 90
HUNT_COLUMNS = {"car": "Car: new or used", "work": "Work: employed or own business", "place": "Place: town or country"}
_LEVELS = {"car": ("new", "used"), "work": ("employed", "own business"), "place": ("town", "country")}

SIGNS = {1: "rises: a higher value is riskier", -1: "falls: a higher value is safer", 0: "none declared"}

# What a vendor's dictionary says, and at which moment each value is stamped; the moment "decision" is in time.
DICTIONARY = {
    "bureau": ("Bureau score, drawn on the day of the application", "decision"),
    "calls": ("Calls made by the collections team", "later"),
    "current": ("Balance of the loan, at extraction of the file", "later"),
    "declared": ("Rent, as declared on the form", "decision"),
    "dpd": ("Days past due on this loan, highest", "later"),
    "earlier": ("Late payments on other loans, before the application", "decision"),
    "employer": ("Sector of the employer, as declared on the form", "decision"),
    "paid": ("Instalments paid so far", "later"),
    "refusals": ("Refusals by other lenders, before the application", "decision"),
    "segment": ("Customer segment, refreshed monthly, value at extraction", "later"),
    "visits": ("Visits to the loan's web page, first six months", "later"),
    "writeoffs": ("Write-offs at other lenders, before the application", "decision"),
}
HARMLESS_NAMES = ("segment", "visits")  # only their dates give them away
GRIM_NAMES = ("earlier", "refusals", "writeoffs")  # bad news, but known in time


class OnPaper:
    """What a case shows of its exercises; all of it is made up."""

    value: Callable[[str], Any]  # of the case

    @property
    def hunt(self) -> pd.DataFrame:
        """A colleague's 90 car loans (made up): value, contribution, and three columns to colour by."""
        return pd.DataFrame(self.value("exercises")["hunt"]["files"])

    @property
    def hunt_columns(self) -> dict[str, str]:
        """The three columns to colour by, in words."""
        return dict(HUNT_COLUMNS)

    @property
    def three_files(self) -> pd.DataFrame:
        """Three used-car files of that colleague: their log-odds at the low and at the high value."""
        files = self.value("exercises")["three_files"]
        rows = {"at a value of 50, log-odds": files["before"], "at a value of 110, log-odds": files["after"]}
        return pd.DataFrame(rows, index=["file 1", "file 2", "file 3"]).T

    @property
    def paper_curve(self) -> pd.DataFrame:
        """A curve of seven points on paper (made up), with its declared sign."""
        drawn = self.value("exercises")["paper_curve"]
        heads = [shown(float(value)) for value in drawn["values"]]
        return pd.DataFrame([drawn["log_odds"]], ["mean log-odds"], heads)

    @property
    def paper_caption(self) -> str:
        """What was declared of that curve."""
        return f"A curve on paper (made up). Declared: it {SIGNS[self.value('exercises')['paper_curve']['sign']]}"

    @property
    def three_bins(self) -> pd.DataFrame:
        """Three bins in two years (made up): shares, their difference, and the logarithm of their ratio."""
        bins = self.value("exercises")["three_bins"]
        before, after = (np.array(bins[name]) for name in ("before", "after"))
        lines = {
            "share before, %": before,
            "share after, %": after,
            "ln(after / before)": np.log(after / before).round(3),
        }
        return pd.DataFrame(lines, index=["low", "middle", "high"]).astype(
            {"share before, %": object, "share after, %": object}
        )

    @property
    def small_portfolios(self) -> dict[str, pd.DataFrame]:
        """Four made-up portfolios A to D: PD in percent and outcome (1 default, 0 none, nan not known)."""
        rows = self.value("exercises")["small_portfolios"]
        return {name: pd.DataFrame(loans, columns=["pd", "bad"], dtype=float) for name, loans in rows.items()}

    @property
    def small_table(self) -> pd.DataFrame:
        """The same four portfolios, to read: a loan a line, PD and outcome side by side."""
        words = {1: "default", 0: "no default", None: "not known"}
        rows = self.value("exercises")["small_portfolios"]
        cells = {
            f"portfolio {name}": pd.Series([f"{shown(float(pd_))} %: {words[bad]}" for pd_, bad in loans])
            for name, loans in rows.items()
        }
        frame = pd.DataFrame(cells).fillna("–")
        return frame.set_axis([f"loan {place}" for place in range(1, len(frame) + 1)], axis=0)

    @property
    def ae_values(self) -> list[float]:
        """Five values of actual over expected to compare with the lender's band."""
        return [float(value) for value in self.value("exercises")["ae_values"].values()]


def exercises(seed: int, band: tuple[float, float]) -> dict[str, Any]:
    """Return this learner's exercises; `band` is the lender's for actual over expected."""
    return {
        "hunt": hunt(seed),
        "three_files": three_files(seed),
        "paper_curve": paper_curve(seed),
        "three_bins": three_bins(seed),
        "dictionary": dictionary(seed),
        "small_portfolios": small_portfolios(seed),
        "ae_values": ae_values(seed, band),
    }


def hunt(seed: int) -> dict[str, Any]:
    """Return a made-up cloud: a value, its contribution, and three columns of which one makes the slope.

    Returns
    -------
    ``files`` with the value, the contribution and one level a column; ``slope`` and ``beside``, the columns that make the slope
    and that only go along with the value.
    """
    slope, beside, mixed = (list(HUNT_COLUMNS)[place] for place in shuffled(seed, "hunt", 3))
    value = np.sort(40 + 80 * _uniform(seed, "hunt value"))
    place = np.arange(HUNT_FILES)
    steep, other = place % 2 == 0, place // 2 % 2 == 0  # crossed: neither goes along with the other, nor with the value
    high = value + 24 * (_uniform(seed, "hunt beside") - 0.5) > 80
    push = (value - 80) * np.where(steep, 0.021, 0.005) + 0.09 * (_uniform(seed, "hunt noise") - 0.5)
    levels = {slope: steep, beside: high, mixed: other}
    files = {name: [_LEVELS[name][int(one)] for one in levels[name]] for name in HUNT_COLUMNS}
    files |= {"value": value.round(0).tolist(), "contribution": push.round(3).tolist()}
    return {"files": files, "slope": slope, "beside": beside}


def three_files(seed: int) -> dict[str, list[float]]:
    """Return the log-odds of three made-up files before and after one value of theirs is moved."""
    push = (0.8, 0.9, 1.0, 1.1)[shuffled(seed, "three files", 4)[0]]
    before = [(-3.4, -1.6, -0.2), (-3.2, -1.4, 0.1), (-3.6, -1.2, -0.3)][shuffled(seed, "three files before", 3)[0]]
    return {"before": list(before), "after": [round(one + push, 1) for one in before]}


def paper_curve(seed: int) -> dict[str, Any]:
    """Return a made-up curve of seven values, in log-odds, with the sign that was declared for it."""
    rises = (
        (-2.60, -2.52, -2.41, -2.49, -2.73, -2.66, -2.30),
        (-2.44, -2.36, -2.58, -2.71, -2.62, -2.35, -2.21),
        (-2.90, -2.71, -2.66, -2.75, -2.98, -2.84, -2.52),
        (-2.46, -2.35, -2.52, -2.69, -2.58, -2.41, -2.12),
    )[shuffled(seed, "paper curve", 4)[0]]
    sign = (1, -1)[shuffled(seed, "paper sign", 2)[0]]
    return {"values": [0, 10, 20, 30, 40, 50, 60], "log_odds": list(rises if sign > 0 else rises[::-1]), "sign": sign}


def three_bins(seed: int) -> dict[str, list[int]]:
    """Return the shares of three bins in two years, in percent."""
    moves = (
        ((50, 30, 20), (40, 30, 30)),
        ((40, 40, 20), (30, 40, 30)),
        ((60, 25, 15), (45, 25, 30)),
        ((50, 25, 25), (35, 25, 40)),
        ((45, 35, 20), (30, 40, 30)),
    )
    before, after = moves[shuffled(seed, "three bins", len(moves))[0]]
    return {"before": list(before), "after": list(after)}


def dictionary(seed: int) -> list[str]:
    """Return six lines of the vendor's dictionary: harmless and grim names among them, half of all known in time."""
    late = [name for name, (_line, moment) in DICTIONARY.items() if moment == "later" and name not in HARMLESS_NAMES]
    early = [name for name, (_line, moment) in DICTIONARY.items() if moment != "later" and name not in GRIM_NAMES]
    chosen = [
        HARMLESS_NAMES[shuffled(seed, "harmless", 2)[0]],
        *(late[place] for place in shuffled(seed, "late", len(late))[:2]),
        *(GRIM_NAMES[place] for place in shuffled(seed, "grim", 3)[:2]),
        early[shuffled(seed, "early", len(early))[0]],
    ]
    return [chosen[place] for place in shuffled(seed, "dictionary", len(chosen))]


def small_portfolios(seed: int) -> dict[str, list[list[Any]]]:
    """Return four small portfolios, each a list of PD in percent and outcome: 1, 0, or None where it is not known."""
    step = int(shuffled(seed, "small portfolios", 4)[0])
    loans: dict[str, list[list[Any]]] = {
        "A": [[2 + step, 1], [5, 0], [8 + step, 0], [15, 0], [20 + step, 1]],  # a small PD that defaulted
        "B": [[3 + step, 0], [6, 0], [12 + step, 0]],  # no default at all
        "C": [[6, 0], [9 + step, 1], [20, 0], [24 + step, None]],  # an outcome that is not known
        "D": [[10, 0], [30 - step, 1], [15, 0], [20 + step, 0], [40, None]],
    }
    return {
        name: [rows[place] for place in shuffled(seed, f"loans of {name}", len(rows))] for name, rows in loans.items()
    }


def ae_values(seed: int, band: tuple[float, float]) -> dict[str, float]:
    """Return five values of actual over expected by row: both ends of the band, one inside, one beyond each end."""
    low, high = band
    near = (0.01, 0.03, 0.06)[shuffled(seed, "ae near", 3)[0]]
    inside = low + (0.30, 0.55, 0.66)[shuffled(seed, "ae inside", 3)[0]] * (high - low)
    values = [low, high, round(inside, 2), round(low - near, 2), round(high + near, 2)]
    order = shuffled(seed, "ae values", len(values))
    return {f"v{row}": values[place] for row, place in enumerate(order, start=1)}


def _uniform(seed: int, purpose: str) -> Any:
    """Return numbers from 0 to 1 that hang on seed and purpose only, the same on every machine; shape (HUNT_FILES,)."""
    return np.random.PCG64([seed, *purpose.encode()]).random_raw(HUNT_FILES) / 2.0**64
