"""What is expected of an answer, and how it is judged: built by a key from the case, pure, nothing hard-coded.

`Number`, `Choice`, `Choices`, `Ranking`, `Table`, `Mapping`, `Array`, `Results` (of a learner's function) and `Parts` (several
of them in one question), each with its `Trap` list; `Memo`, which a person marks. Judging raises on no JSON data and credits
nothing that is not finite, not of the asked type, or too large.
"""

from graders.expectations.array import Array
from graders.expectations.base import Expectation, Trap
from graders.expectations.choice import Choice
from graders.expectations.choices import Choices
from graders.expectations.memo import Memo
from graders.expectations.number import Number
from graders.expectations.parts import Parts
from graders.expectations.ranking import Ranking
from graders.expectations.results import Results
from graders.expectations.table import Mapping, Table

__all__ = [
    "Array",
    "Choice",
    "Choices",
    "Expectation",
    "Mapping",
    "Memo",
    "Number",
    "Parts",
    "Ranking",
    "Results",
    "Table",
    "Trap",
]
