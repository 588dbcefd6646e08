"""What the mini lesson imports: released beside its notebook, so that no heavy library is loaded."""

import json
import os
from pathlib import Path


class Receipt:
    def __init__(self, question, answer):
        self.data = {"v": 1, "question": question, "answer": {"$blank": True} if answer is ... else answer}

    def _ipython_display_(self):
        from IPython.display import display

        display({"application/vnd.situ.answer+json": self.data, "text/plain": "recorded"}, raw=True)


def answer(question):
    """Show a form, where somebody is there to fill it in."""


def submit(question, answer):
    return Receipt(question, answer)


def value():
    return json.loads(Path(os.environ["SITU_CASE"], "case.json").read_text())["value"]
