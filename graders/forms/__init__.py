"""What shape of answer a question takes, and how a learner's answer is read into it.

A form is the same for everybody and travels to learners; it holds no expected value, and reading never judges. Every form
has ``read(raw, picks) -> NotAttempted | Malformed | Read`` which takes JSON data and never raises on it.
"""

from graders.forms.drawing import drawn, field_messages, fitted
from graders.forms.exchange import Form, from_json, to_json
from graders.forms.names import ChoiceForm, ChoicesForm, RankingForm
from graders.forms.numbers import ArrayForm, NumberForm
from graders.forms.options import Options, Pick
from graders.forms.reading import Malformed, NotAttempted, Read, Reading, has_blanks
from graders.forms.several import PartsForm, ResultsForm
from graders.forms.tables import MappingForm, TableForm
from graders.forms.text import TextForm
from graders.forms.words import in_words

__all__ = [
    "ArrayForm",
    "ChoiceForm",
    "ChoicesForm",
    "Form",
    "Malformed",
    "MappingForm",
    "NotAttempted",
    "NumberForm",
    "Options",
    "PartsForm",
    "Pick",
    "RankingForm",
    "Read",
    "Reading",
    "ResultsForm",
    "TableForm",
    "TextForm",
    "drawn",
    "field_messages",
    "fitted",
    "from_json",
    "has_blanks",
    "in_words",
    "to_json",
]
