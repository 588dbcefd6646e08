"""Words we do not use, and what to write instead: STYLE 31, after fairlearn's guide on how to talk about fairness.

Owns the list and the reading of one text. A word between quotation marks (“...”) is somebody else's: a vendor may promise what a
lesson then takes apart. Strict on promises, on legal claims without place and date, and on words that belittle; silent on words
that have a plain use, such as “bias” with its kind, “clearly longer”, “just above the cut-off” or “may simply be good”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SUBJECT = r"(?:bias(?:es)?|(?:un)?fairness|discrimination|disparit(?:y|ies))"
_VERB = r"(?:solv(?:e|es|ed|ing)|fix(?:es|ed|ing)?|cur(?:e|es|ed|ing)|eliminat(?:e|es|ed|ing))"
_COMMAND = r"(?:add|change|click|compute|copy|do|drop|enter|look|open|press|put|read|remember|run|take|type|use|write)"
_NAME_IT = "name the harm, the group and the decision, and what was measured"


class Rule(NamedTuple):
    """A pattern we do not write, and what to write instead; `legal` ones are right where place and date stand beside them."""

    pattern: re.Pattern[str]
    instead: str
    legal: bool = False


def _rule(pattern: str, instead: str, *, legal: bool = False) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), instead, legal)


RULES = (
    _rule(r"\bde-?bias\w*", f"“reduce”, “assess” or “address”, and {_NAME_IT}"),
    _rule(r"\bunbiased\w*", f"{_NAME_IT}; of an estimate, “right on average”"),
    _rule(rf"\b{_VERB}\s+(?:\w+\s+){{0,2}}{_SUBJECT}\b", f"“reduce”, “assess” or “address”, and {_NAME_IT}"),
    _rule(rf"\b{_SUBJECT}\s+(?:is|are|was|were|has\s+been|have\s+been)\s+{_VERB}\b", f"“reduced”, and {_NAME_IT}"),
    _rule(
        r"\bfair(?:er)?\s+(?:ai|algorithms?|models?|scores?|scorecards?)\b",
        f"fairness is no property of a model: {_NAME_IT}",
    ),
    _rule(
        r"\b(?:model|score|scorecard|algorithm)s?\s+(?:is|are)\s+(?:now\s+)?fair\b",
        f"no property of a model: {_NAME_IT}",
    ),
    _rule(r"\b(?:bias|discrimination)-free\b", f"{_NAME_IT}; nothing is free of it"),
    _rule(rf"\bfree\s+(?:of|from)\s+(?:any\s+)?{_SUBJECT}\b", f"{_NAME_IT}; nothing is free of it"),
    _rule(
        r"\b(?:il|un)?law(?:ful|fully|fulness)\b", "what the declared policy says; law only on a law card", legal=True
    ),
    _rule(r"\b(?:il)?legal(?:ly|ity)?\b", "what the declared policy says; law only on a law card", legal=True),
    _rule(r"\bthe\s+law\b(?!\s+card)", "which rule, where and since when, on a law card", legal=True),
    _rule(r"\bblack-?list\w*", "“blocked” or “list of what is refused”"),
    _rule(r"\bwhite-?list\w*", "“allowed” or “list of what is accepted”"),
    _rule(r"\bslaves?\b", "“main and second”, “leader and follower”"),
    _rule(r"\bsanity(?:\s+|-)check\w*", "“quick check”, or what is checked"),
    _rule(r"\bdumm(?:y|ies)\b", "“example”, “placeholder”; of a column, “0 or 1”"),
    _rule(r"\b(?:obviously|of\s+course|needless\s+to\s+say|as\s+everybody\s+knows)\b", "nothing: leave it out"),
    _rule(rf"\b(?:you|you\s+can|is|are)\s+simply\b|\bsimply\s+{_COMMAND}\b", "the same without “simply”"),
    _rule(r"\btrivial(?:ly)?\b", "nothing: leave it out"),
    _rule(rf"\bjust\s+{_COMMAND}\b", "the same without “just”"),
    _rule(r"\byou\s+(?:just|only)\s+(?:have|need)\s+to\b", "“you”, and what to do"),
)

_PLACES = re.compile(
    r"\b(?:EU|European Union|Union law|France|French|Germany|German|Austria|US|U\.S\.|United States|UK)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DENIED = re.compile(r"\b(?:not|no|never|nor|neither)\b[^.!?]{0,40}\b(?:legal|law)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[”*)]*\s+|\n[ \t]*\n|\n(?=[ \t]*(?:[-*#|]|\d+\.) ?)|\|")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_QUOTED = re.compile(r"“[^“”]*”")


class Finding(NamedTuple):
    """A word that should not stand there, the line of the text (counted from 0), its sentence, and what to write instead."""

    word: str
    line: int
    sentence: str
    instead: str


def findings(text: str, *, law_card: bool = False) -> Iterator[Finding]:
    """Yield what a text says that we do not say.

    Parameters
    ----------
    text
        Prose; code between backticks and words between “ and ” are left out.
    law_card
        Whether it is a law card, where legal words are at home.

    >>> [found.word for found in findings("An unbiased model. Unlawful in France since 2014. It is illegal.")]
    ['unbiased', 'illegal']
    """
    ours = _QUOTED.sub(_blank, _CODE.sub(_blank, text))
    for start, end in _sentences(ours):
        sentence = ours[start:end]
        allowed = law_card or bool(_DENIED.search(sentence) or (_PLACES.search(sentence) and _YEAR.search(sentence)))
        for rule in RULES:
            for match in rule.pattern.finditer(sentence):
                if not (rule.legal and allowed):
                    line = text.count("\n", 0, start + match.start())
                    yield Finding(match[0], line, " ".join(text[start:end].split()), rule.instead)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def _blank(match: re.Match[str]) -> str:
    """Return as many characters, line breaks kept, so that places stay what they were."""
    return re.sub(r"[^\n]", " ", match[0])
