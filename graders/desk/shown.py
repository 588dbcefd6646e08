"""What a notebook displays when a learner calls the desk: a card, with the data that is judged later, or a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graders.answers import JSON
from graders.cards import Card


@dataclass(slots=True)
class Shown:
    """A card; for a graded answer given in code, also the data that is judged later."""

    card: Card
    data: dict[str, JSON] = field(default_factory=dict)
    is_shown: bool = False

    def at_once(self) -> Shown:
        """Show it now, in a notebook, wherever in its cell the call stands; as the cell's last line it is not shown again."""
        from IPython import get_ipython

        if get_ipython() is not None:
            self._ipython_display_()
            self.is_shown = True
        return self

    def _ipython_display_(self) -> None:
        if self.is_shown:
            return
        from IPython.display import display

        display({**self.data, "text/plain": self.card.text, "text/html": self.card.html}, raw=True)

    def __str__(self) -> str:
        return self.card.text


@dataclass(slots=True)
class ShownForm:
    """A form where one can live, else its card."""

    card: Card
    show: Callable[[Card], bool]

    def _ipython_display_(self) -> None:
        if not self.show(self.card):
            Shown(self.card)._ipython_display_()

    def __str__(self) -> str:
        return self.card.text
