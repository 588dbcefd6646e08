"""A set of names with must, may and never bands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from graders.answers import JSON
from graders.errors import ContentError
from graders.expectations.bands import TIE, band
from graders.expectations.base import Expectation, Trap, check_reply, right_text
from graders.expectations.choice import among, names_of, respelled
from graders.forms import ChoicesForm
from graders.forms.options import GivenOptions, tidy
from graders.forms.reading import Picks
from graders.language import _


@dataclass(frozen=True, slots=True)
class Choices(Expectation):
    """A set of options is expected; the order does not count.

    The score is (must + may - never) / k, never below 0: names that must be there, names that may be there while places are
    free, names that must not. When none must be there and none are counted, only a set without a wrong name earns the points.
    With `any_of`, whole sets are acceptable, and the score is the best over them: one name of each earns no more than it does
    in one of them.

    Parameters
    ----------
    must, may
        Ids that must, and that may be there; all other options must not.
    options
        Ids with labels, a list of names, or a `Pick`.
    k
        How many are asked; None for any number.
    at_most
        The most that may be given, where `k` is None.
    any_of
        Sets that are acceptable, each as a whole; instead of `must` and `may`.
    label, traps, wrong
        As in `Number`.

    Raises
    ------
    ContentError
        When a name is no option, `k` names cannot be right, or sets are given beside `must` or `may`.

    >>> Choices(must=["dti"], may=["income", "zone"], options=["dti", "income", "zone", "age"], k=2).judge("zone, dti").score
    1.0
    >>> Choices(any_of=[["dti", "zone"], ["age", "job"]], options=["dti", "zone", "age", "job"], k=2).judge("dti, age").score
    0.0
    """

    must: Collection[str] = ()
    may: Collection[str] = ()
    options: GivenOptions = ()
    k: int | None = None
    label: str = ""
    traps: Sequence[Trap] = ()
    wrong: str = ""
    at_most: int | None = None
    any_of: Sequence[Collection[str]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "must", names_of(self.must))
        object.__setattr__(self, "may", tuple(name for name in names_of(self.may) if name not in self.must))
        object.__setattr__(self, "options", tidy(self.options))
        object.__setattr__(self, "traps", tuple(self.traps))
        object.__setattr__(self, "any_of", tuple(names_of(names) for names in self.any_of))
        if self.any_of and (self.must or self.may):
            raise ContentError("Expected must and may, or any_of, got both.")
        for must, may in self._sets():
            self._check(must, may)
        if self.wrong:
            check_reply(self.wrong, "wrong")

    def _check(self, must: Sequence[str], may: Sequence[str]) -> None:
        among([*must, *may], self.form.options, "any_of" if self.any_of else "must and may")
        possible = len(must) + len(may)
        if self.k is not None and not (len(must) <= self.k <= possible):
            raise ContentError(f"Expected k from {len(must)} to {possible} for {[*must, *may]}, got {self.k}.")
        if self.at_most is not None and len(must) > self.at_most:
            raise ContentError(f"Expected at most {self.at_most} names that must be there, got {len(must)}.")

    def _sets(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return what is acceptable, each as names that must and names that may be there."""
        if self.any_of:
            return [(tuple(names), ()) for names in self.any_of]
        return [(tuple(self.must), tuple(self.may))]

    @classmethod
    def top(
        cls,
        scores: Mapping[str, float],
        k: int,
        tie: float = TIE,
        options: GivenOptions | None = None,
        label: str = "",
        traps: Sequence[Trap] = (),
        wrong: str = "",
    ) -> Self:
        """Expect the k highest scores, whichever of those tied with the k-th.

        Parameters
        ----------
        scores
            Finite score by name, higher is more.
        k
            How many are asked.
        tie
            Two scores closer than this share of the larger are tied.
        options
            None for the names of `scores`.
        label, traps, wrong
            As in the class.

        >>> Choices.top({"dti": 1.0, "zone": 0.52, "age": 0.5, "job": 0.1}, k=2).must
        ('dti',)
        """
        must, may = band(scores, k, tie)
        given = list(scores) if options is None else options
        return cls(must=must, may=may, options=given, k=k, label=label, traps=traps, wrong=wrong)

    @property
    def form(self) -> ChoicesForm:
        """The options and how many are asked."""
        return ChoicesForm(self.options, self.k, self.at_most, self.label)  # type: ignore[arg-type]  # tidied above

    def right_answers(self) -> list[JSON]:
        """Return the names, then in other orders, with other tied names, as labels, as one text; of every acceptable set."""
        return [answer for must, may in self._sets() for answer in self._right(list(must), list(may))]

    def _right(self, must: list[str], may: list[str]) -> list[JSON]:
        free = 0 if self.k is None else self.k - len(must)
        first = must + may[:free]
        spelled = [*respelled(first, self.form.options), ", ".join(first), "\n".join(first)] if first else []
        return [first, first[::-1], must + may[::-1][:free], *self._read_alike(first, spelled)]

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _score(self, value: Any, picks: Picks | None) -> float:
        return max(self._share(value, must, may) for must, may in self._sets())

    def _share(self, value: Any, must: Sequence[str], may: Sequence[str]) -> float:
        there, tied = len(value & set(must)), len(value & set(may))
        never = len(value) - there - tied
        if not must and self.k is None:
            return 0.0 if never else 1.0
        asked = self.k or len(must)
        return max(0.0, (there + min(tied, asked - len(must)) - never) / asked)

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        never = min(len(value - {*must, *may}) for must, may in self._sets())
        if self.wrong and score <= 0.0:
            return self.wrong
        if never == 0:
            return _(
                "What you named belongs here, but it is not complete.\nApply the same test to the names you left out."
            )
        if never < len(value):
            return _(
                "Names that belong here: {good} of {count} given.\nTest each name again on its own number."
            ).format(good=len(value) - never, count=len(value))
        return self.wrong or _("None of these belongs here.\nRead again which direction, and which rows, are asked.")
