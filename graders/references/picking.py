"""Which explained files are clear enough to be asked about: tests on one file, and the picking of one or of a pair.

A test says whether a question on this file has one clear answer, and whether a known misconception leads elsewhere. Nothing
here is random but the order in which files are tried, and that hangs on the learner's seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from graders.errors import DataError
from graders.references.explanation import Explanation
from graders.references.margins import BAND, clear_top, gap, shuffled
from graders.references.odds import log_odds, probability_points

Test = Callable[[Explanation, str], bool]
CLEAR_DIRECTION, NO_DIRECTION = 0.6, 0.35
READABLE = 0.05  # mean absolute contribution from which a row of the swarm shows its direction to the eye
_PAIR_LEVELS = (
    (0.25, 5.0, 1.0),
    (0.25, 4.6, 0.8),
    (0.1, 2.0, 0.3),
)  # push in log-odds, ratio, PD points of the safer file
_LAST_LEVELS = (
    (0.05, 1.5, 0.0),
    (0.02, 1.05, 0.0),
)  # where risk hardly differs; a category may then be the column as well


def first_file(explained: Explanation, tests: Sequence[Test], *, used: set[str], seed: int, purpose: str) -> str:
    """Return the first free file, in an order of this learner's own, that passes every test.

    Parameters
    ----------
    explained
        The files to choose from.
    tests
        Most important first: one that no file passes, together with those before it, is given up.
    used
        Files that may not be chosen.
    seed, purpose
        What the order hangs on.

    Raises
    ------
    DataError
        When every file is used.
    """
    keys = [str(key) for key in explained.rows.index]
    free: list[str] = [keys[place] for place in shuffled(seed, purpose, len(keys)) if keys[place] not in used]
    if not free:
        raise DataError("Expected more explained files than are asked about, got none left. Draw a larger sample.")
    whole = next((key for key in free if all(test(explained, key) for test in tests)), None)
    if whole is not None:
        return whole
    for test in tests:
        free = [key for key in free if test(explained, key)] or free
    return free[0]


def same_push_pair(explained: Explanation, columns: Iterable[str], used: set[str]) -> tuple[str, str, str]:
    """Return the first column on which two files get the same push towards default, worth very different PD points.

    Where none of these columns has such a pair, any other column may, and then a pair that is less far apart.

    Returns
    -------
    Column, the safer file, the riskier file.

    Raises
    ------
    DataError
        When no column has such a pair, even a weak one.
    """
    pds = explained.pds.drop(list(used))
    wanted = list(columns)
    tried = [(level, wanted) for level in _PAIR_LEVELS]
    everything = [*wanted, *(str(name) for name in explained.importance.index if name not in wanted)]
    tried += [(level, everything) for level in (*_PAIR_LEVELS[1:], *_LAST_LEVELS)]
    for (push, ratio, points), names in tried:
        for column in names:
            pair = _pair(explained.contributions.loc[pds.index, column], pds, push, ratio, points)
            if pair is not None:
                return column, *pair
    raise DataError("Expected two files with one contribution and different PDs, found none. Draw a larger sample.")


def _pair(phi: pd.Series, pds: pd.Series, push: float, ratio: float, least: float) -> tuple[str, str] | None:
    """Find the pair, equal to two decimals, whose safer file feels it most; PDs up to 50, where a push weighs most."""
    pushed = phi[(phi >= push) & (pds <= 50.0)]
    worth = probability_points(log_odds(pds[pushed.index].to_numpy()), pushed.to_numpy())
    points = pd.Series(worth, pushed.index)
    best: tuple[float, str, str] | None = None
    for _cents, group in points[points >= least].groupby(pushed.round(2)):
        safer, riskier = float(group.min()), float(group.max())
        low, high = str(group.idxmin()), str(group.idxmax())
        if riskier / safer >= ratio and pds[high] > pds[low] and (best is None or safer > best[0]):
            best = (safer, low, high)
    return None if best is None else best[1:]


def is_refused(explained: Explanation, key: str) -> bool:
    """Return whether the file is refused, by however little."""
    return bool(explained.pds[key] > explained.cut)


def is_clearly_refused(explained: Explanation, key: str) -> bool:
    """Return whether the file is refused with a PD of 12 to 45 %: far from the cut, far from even odds."""
    return bool(explained.pds[key] > explained.cut) and 12.0 <= explained.pds[key] <= 45.0


def pushes_both_ways(explained: Explanation, key: str) -> bool:
    """Return whether at least two columns clearly raise the risk and two clearly lower it."""
    phi = explained.phi(key)
    return bool((phi <= -0.1).sum() >= 2 and (phi >= 0.2).sum() >= 2)


def pushes_either_way(explained: Explanation, key: str) -> bool:
    """Return whether at least one column raises the risk and one lowers it."""
    phi = explained.phi(key)
    return bool(phi.max() > 0 > phi.min())


def is_pushed_by(column: str) -> Test:
    """Return the test that this column clearly raises the file's risk."""
    return lambda explained, key: bool(explained.phi(key)[column] >= 0.2)


def has_one_strongest_each_way(explained: Explanation, key: str) -> bool:
    """Return whether the strongest push up, and the strongest down, is a band ahead of the next, and up is the larger."""
    down = explained.phi(key).sort_values()
    up = down.iloc[::-1]
    clear_up = up.iloc[0] >= 0.25 and gap(up.iloc[0], up.iloc[1]) >= BAND
    clear_down = down.iloc[0] <= -0.15 and gap(-down.iloc[0], -down.iloc[1]) >= BAND
    return bool(clear_up and clear_down and gap(up.iloc[0], -down.iloc[0]) >= BAND)


def has_three_reasons(explained: Explanation, key: str) -> bool:
    """Return whether three concepts or more push towards default, by however little."""
    return bool((explained.sums(key) > 0).sum() >= 3)


def has_three_clear_reasons(explained: Explanation, key: str) -> bool:
    """Return whether the third concept towards default is well above zero and a band ahead of the fourth."""
    sums = explained.sums(key)
    return clear_top(sums, 3) is not None and float(sums.nlargest(3).iloc[-1]) >= 0.1


def has_a_strong_protector(explained: Explanation, key: str) -> bool:
    """Return whether the three largest concepts by absolute value are not the three that push most."""
    sums = explained.sums(key)
    return set(sums.abs().nlargest(3).index) != set(sums.nlargest(3).index)


def is_striking_elsewhere(explained: Explanation, key: str) -> bool:
    """Return whether the three most unusual values are not the three strongest pushes."""
    return set(explained.unusual.T[key].nlargest(3).index) != set(explained.sums(key).nlargest(3).index)


def is_unlike_the_average(explained: Explanation, key: str) -> bool:
    """Return whether the three strongest pushes of this file are not the three facts that weigh most over all files."""
    return set(explained.sums(key).nlargest(3).index) != set(explained.concept_importance.index[:3])


def is_pushed_by_both_twins(explained: Explanation, key: str) -> bool:
    """Return whether two columns of one concept are among the three strongest pushes, column by column."""
    if explained.twins is None:
        return False
    top = set(explained.phi(key).nlargest(3).index)
    return len(top & set(explained.twins[1])) >= 2


def predictable_signs(explained: Explanation, key: str) -> list[str]:
    """Return up to three columns whose sign for this file follows from its value: two that push, the rest that protect.

    Where there are fewer such columns, those that weigh most in this file stand in, whose value is known: numbers first.
    """
    clear = _foretold_signs(explained, key)
    phi, row = explained.phi(key), explained.rows.loc[key]
    heaviest = phi.abs().sort_values(ascending=False, kind="stable").index
    others = sorted(heaviest, key=lambda name: name not in explained.numeric)
    known = [str(name) for name in others if name not in clear and pd.notna(row[name]) and phi[name] != 0]
    return [*clear, *known[: 3 - len(clear)]]


def _foretold_signs(explained: Explanation, key: str) -> list[str]:
    phi, rho = explained.phi(key), explained.directions
    typical = explained.rows[explained.numeric].median()
    clear = [
        str(name)
        for name in phi.abs().sort_values(ascending=False, kind="stable").index
        if abs(rho.get(name, 0.0)) >= CLEAR_DIRECTION
        and abs(phi[name]) >= 0.08
        and (explained.rows.at[key, name] - typical[name]) * rho[name] * phi[name] > 0
    ]
    up = [name for name in clear if phi[name] > 0][:2]
    return [*up, *[name for name in clear if phi[name] < 0][: 3 - len(up)]]


def has_predictable_signs(explained: Explanation, key: str) -> bool:
    """Return whether three signs can be foretold, not all of them the same."""
    signs = [explained.phi(key)[name] > 0 for name in _foretold_signs(explained, key)]
    return len(signs) == 3 and any(signs) and not all(signs)


def clear_directions(explained: Explanation, count: int, seed: int, *, shown: str) -> list[str]:
    """Return `count` numeric columns, or as many as there are, whose direction is clear or clearly absent.

    The column `shown` as an example is left out, and so are bars too short to read, unless too few would remain. At most two
    have no direction; the rest are half of them riskier with a higher value, half safer, as far as there are. Only where there
    are fewer than `count` of both do columns between the two stand in, those with the longest bars. One whose contribution
    never changes is not asked about.
    """
    rows, phi = explained.rows[explained.numeric], explained.contributions[explained.numeric]
    moves = (rows.nunique() > 1) & (phi.nunique() > 1)
    rho = explained.directions[moves].drop(shown, errors="ignore")
    weight = explained.importance[rho.index]
    tried = [_mixed_directions(rho[weight >= least], count, seed) for least in (READABLE, READABLE / 2, 0.0)]
    names = next((names for names in tried if len(names) == count), tried[-1])
    between = [str(name) for name in weight.sort_values(ascending=False, kind="stable").index if name not in names]
    names += between[: count - len(names)]
    return [str(name) for name in rho.index if name in names]


def _mixed_directions(rho: pd.Series[float], count: int, seed: int) -> list[str]:
    mixed = [str(rho.index[place]) for place in shuffled(seed, "directions", len(rho))]
    flat = [name for name in mixed if abs(rho[name]) <= NO_DIRECTION][:2]
    up = [name for name in mixed if rho[name] >= CLEAR_DIRECTION]
    down = [name for name in mixed if rho[name] <= -CLEAR_DIRECTION]
    room = count - len(flat)
    ups = min(len(up), max((room + 1) // 2, room - len(down)))
    kept = {*flat, *up[:ups], *down[: room - ups]}
    return [str(name) for name in rho.index if name in kept]
