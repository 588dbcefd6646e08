"""How a company's own model is asked: the `[model]` part of its contract. Never goes to learners, and loads no model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from graders.contract.file import Strict, repeated
from graders.contract.problems import problem

# Higher is riskier, but for points: there, higher is safer
Scale = Literal["percent", "probability", "log-odds", "points"]


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if twice := repeated(names):
        raise problem("each column once", twice, "Remove the repeated one; spaces around do not count.")
    return names


def _is_class(value: Any) -> Any:
    if not isinstance(value, str | int) or value == "":
        raise problem("a class of the model, a text or a whole number", value, 'Write it like "bad", 1 or true.')
    return value


Header = Annotated[str, Field(min_length=1)]


class ModelSettings(Strict):
    """How a model file is asked; what is not given is found out from the model.

    Attributes
    ----------
    columns
        What the model reads, in its order: headers of the company's own file, or names of the contract.
    output
        Which output of an ONNX model has the answer.
    bad
        The class that means the bad outcome; None for the one that the contract's target calls bad.
    scale
        What the answers of a model without classes are; None where they are probabilities of classes.
    """

    columns: Annotated[tuple[Header, ...], Field(strict=False), AfterValidator(_once)] = ()
    output: Header | None = None
    bad: Annotated[Any, BeforeValidator(_is_class)] = None
    scale: Scale | None = None
