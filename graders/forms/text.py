"""The form of a short text: a memo, a reason, a letter. Counts its words; what it says is for a reader to judge."""

from __future__ import annotations

from dataclasses import dataclass

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.reading import Malformed, Picks, Read, Reading, settled, shown
from graders.language import _, number


@dataclass(frozen=True, slots=True)
class TextForm:
    """A text of some words.

    Attributes
    ----------
    label
        What the text is, in a few words.
    least_words, most_words
        Range of its length, ends included.

    >>> TextForm(most_words=3).read("Income pushes.")
    Read(value='Income pushes.')
    """

    label: str = ""
    least_words: int = 0
    most_words: int = 400

    def __post_init__(self) -> None:
        if not 0 <= self.least_words <= self.most_words or self.most_words < 1:
            raise ContentError(f"Expected a range of words, got {self.least_words!r} to {self.most_words!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read a text; `picks` are not used.

        Returns
        -------
        Reading
            Its value the text, without space around it.
        """
        early = settled(raw)
        if early is not None:
            return early
        if not isinstance(raw, str):
            return Malformed(_("A text was expected, got {got}.\nWrite it in words.").format(got=shown(raw)))
        words = len(raw.split())
        if words > self.most_words:
            text = _("At most {most} words were expected, got {words}.\nKeep what the reader has to act on.")
            return Malformed(text.format(most=number(self.most_words), words=number(words)))
        if words < self.least_words:
            text = _("At least {least} words were expected, got {words}.\nSay more.")
            return Malformed(text.format(least=number(self.least_words), words=number(words)))
        return Read(raw.strip())
