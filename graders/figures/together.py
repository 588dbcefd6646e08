"""Several figures and tables shown below one another, as one: what has to wait for one answer waits as a whole.

Owns the order alone. What is shown looks as it does by itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Together:
    """Figures and tables, in order."""

    parts: tuple[object, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.parts))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self.parts:
            display(part)


def together(*parts: object) -> Together:
    """Return figures and tables as one thing to show.

    >>> from graders.figures.listing import listing
    >>> together(listing({"dti": "Debt service to income"}), listing({"net": "Net monthly income"}))
    dti  Debt service to income
    net  Net monthly income
    """
    return Together(parts)
