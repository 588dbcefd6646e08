"""An order of names, judged only on pairs that are clearly apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from graders.answers import JSON
from graders.expectations.bands import TIE, apart, band
from graders.expectations.base import Expectation, Trap, check_reply, right_text
from graders.expectations.choice import among, respelled
from graders.forms import RankingForm
from graders.forms.options import GivenOptions, tidy
from graders.forms.reading import Picks
from graders.language import _


@dataclass(frozen=True, slots=True)
class Ranking(Expectation):
    """The k highest scores are expected, highest first.

    The score is (legitimate names / k) x max(0, 2c - 1), with c the share of the answer's clearly separated pairs that stand in
    the right order. Pairs inside the tie band count neither way: the order of near-equal importances is not a measurement.

    Parameters
    ----------
    scores
        Finite score by name, higher is more.
    k
        How many names are asked.
    tie
        Two scores closer than this share of the larger are tied.
    options
        Ids with labels, or a `Pick`; None for the names of `scores`.
    label, traps, wrong
        As in `Number`; a trap is recognised by its exact sequence.

    Raises
    ------
    ContentError
        When there are fewer than k scores, one is not finite, or a name that may be right is no option.

    >>> Ranking({"dti": 1.0, "zone": 0.52, "age": 0.5, "job": 0.1}, k=3).judge(["dti", "age", "zone"]).score
    1.0
    """

    scores: Mapping[str, float]
    k: int
    tie: float = TIE
    options: GivenOptions | None = None
    label: str = ""
    traps: Sequence[Trap] = ()
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", {str(name): float(score) for name, score in self.scores.items()})
        object.__setattr__(self, "options", tidy(list(self.scores) if self.options is None else self.options))
        object.__setattr__(self, "traps", tuple(self.traps))
        must, may = band(self.scores, self.k, self.tie)
        among([*must, *may], self.form.options, "scores")
        if self.wrong:
            check_reply(self.wrong, "wrong")

    @property
    def form(self) -> RankingForm:
        """The options and how many are asked."""
        return RankingForm(self.options, self.k, self.label)  # type: ignore[arg-type]  # tidied above

    def right_answers(self) -> list[JSON]:
        """Return the order of the scores, then tied neighbours the other way round, other tied names, other spellings."""
        must, may = band(self.scores, self.k, self.tie)
        free = self.k - len(must)
        first = must + may[:free]
        answers: list[JSON] = [first, must + (may[-free:] if free else [])]
        answers += [self._swapped(first, place) for place in range(self.k - 1) if self._tied(first, place)]
        spelled = [*respelled(first, self.form.options), ", ".join(first), " > ".join(first)]
        return answers + self._read_alike(first, spelled)

    def _tied(self, names: Sequence[str], place: int) -> bool:
        return not apart(self.scores[names[place]], self.scores[names[place + 1]], self.tie)

    @staticmethod
    def _swapped(names: Sequence[str], place: int) -> list[str]:
        swapped = list(names)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        return swapped

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _legitimate(self, value: Sequence[str]) -> int:
        must, may = band(self.scores, self.k, self.tie)
        return len(set(value) & set(must)) + min(len(set(value) & set(may)), self.k - len(must))

    def _concordance(self, value: Sequence[str]) -> float:
        known = [self.scores[name] for name in value if name in self.scores]
        pairs = [
            first > second
            for first, second in combinations(known, 2)
            if apart(max(first, second), min(first, second), self.tie)
        ]
        return sum(pairs) / len(pairs) if pairs else 1.0

    def _score(self, value: Any, picks: Picks | None) -> float:
        return self._legitimate(value) / self.k * max(0.0, 2.0 * self._concordance(value) - 1.0)

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        legitimate = self._legitimate(value)
        if legitimate == self.k:
            return _("The right names, in another order.\nOrder them by the size that is asked, from the largest down.")
        if self.wrong and score <= 0.0:
            return self.wrong
        if legitimate == 0:
            return self.wrong or _(
                "None of these is among the strongest.\nCheck which measure ranks them, and in which direction."
            )
        return _("Names that belong here: {good} of {count}.\nCheck which measure ranks them, then the order.").format(
            good=legitimate, count=self.k
        )
