"""One line of the pre-flight: what was looked at, what was found, what follows. Decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """Green: go on. Amber: go on, with a consequence. Red: no class before it is mended."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found for one line of the pre-flight.

    Attributes
    ----------
    name
        What was looked at, in a few words.
    light
        Green, amber or red.
    found
        What the portfolio has, with its numbers.
    consequence
        What an amber light means for the class.
    do
        What to do; empty when there is nothing to do.
    switches_off
        The capabilities that a class goes without.
    """

    name: str
    light: Light
    found: str
    consequence: str = ""
    do: str = ""
    switches_off: tuple[str, ...] = ()


def green(name: str, found: str) -> Check:
    """Return a green line."""
    return Check(name, Light.GREEN, found)


def amber(name: str, found: str, consequence: str, do: str = "", off: tuple[str, ...] = ()) -> Check:
    """Return an amber line."""
    return Check(name, Light.AMBER, found, consequence, do, off)


def red(name: str, found: str, do: str) -> Check:
    """Return a red line."""
    return Check(name, Light.RED, found, "No class is made of it.", do)


def listed(names: list[str], most: int = 6) -> str:
    """Return names as a sentence shows them.

    >>> listed(["a", "b", "c"], most=2)
    '`a`, `b` and 1 more'
    """
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def percent(share: float) -> str:
    """Return a share in percent.

    >>> percent(0.0725), percent(0.0004)
    ('7.2 %', '0.04 %')
    """
    digits = 1 if share >= 0.001 or share == 0 else 2
    return f"{100 * share:.{digits}f} %"
