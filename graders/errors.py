"""What can be wrong on our side of the line. A bad answer is never one of these: it is a verdict.

SituError
├── ContentError    a block, lesson, key or dataset folder is not what it should be
├── DataError       a contract, a portfolio, a class's data file is not what it should be
├── ClassError      a class folder, or what nbgrader keeps in it, is not what it should be
└── LearnerError    we cannot tell who works here, or on what
"""

from __future__ import annotations


class SituError(Exception):
    """Root of the tree; its text says what was expected, what we got and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show the text alone in a notebook: IPython asks this, and our insides help no learner."""
        return [str(self)]


class ContentError(SituError):
    """A block, lesson, key or dataset folder is not what it should be."""


class DataError(SituError):
    """A contract, a portfolio or a class's data file is not what it should be."""


class ClassError(SituError):
    """A class folder is not what it should be."""


class LearnerError(SituError):
    """We cannot tell who works here, or on what."""
