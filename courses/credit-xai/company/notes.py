"""What each lesson says of a company's portfolio near its top: what it lacks, what was added to it, whose lines it is held against.

Stays with the instructor: the sentences reach learners through the lessons. They are Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping

from graders.contract import Contract

_LINES = {  # of the policy, in the words of the lessons; lesson -> those it compares with
    "2": {"adverse_line": "the line for a curve", "psi_line": "the PSI line", "ae_band": "the band for A/E"},
    "3": {"lime_fidelity_min": "the line for LIME's R²"},
    "4": {
        "air_line": "the line for an approval ratio",
        "lda_max_auc_loss": "the AUC that another model may cost",
        "lda_min_ratio_gain": "the gain in a ratio that makes it worth its cost",
    },
    "5": {
        "leak_line": "the line for a leak",
        "adverse_line": "the line for a curve",
        "air_line": "the line for an approval ratio",
        "overfit_max_gap": "the line for overfitting",
        "ae_band": "the band for A/E",
        "lime_fidelity_min": "the line for LIME's R²",
    },
}


def notes(contract: Contract, lacking: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the sentences by lesson; those under ``all`` stand in every lesson, those under ``2.end`` at the end of lesson 2.

    Parameters
    ----------
    contract
        As learners get it.
    lacking
        What questions may need and the portfolio has not, with why.
    """
    found: dict[str, list[str]] = {"all": _of_all(contract, lacking)}
    for lesson, lines in _LINES.items():
        found[lesson] = [*_own_lines(contract, lines)]
    for name, said in contract.added.items():
        for lesson in _seen_in(contract, name):
            found.setdefault(lesson, []).append(_added(contract, name, said))
    if not contract.roles.protected:
        found["5"].append(
            "No protected group is known here: nothing in this audit was tested on groups, and the memo says so."
        )
    if any(name in contract.protected for name in contract.added):
        found["5"].append("No real group was tested here. In a memo on a real model, that is a finding of its own.")
    found |= _closing(contract)
    return {lesson: sentences for lesson, sentences in found.items() if sentences}


def _of_all(contract: Contract, lacking: Mapping[str, str]) -> list[str]:
    said = [f"The rows are your organisation's own: “{contract.title}”."]
    if contract.roles.date is None:
        said.append(
            "They have no dates. Where a lesson says *the last year*, *later* or *out of time*, it means a third of the rows, "
            "drawn by chance and held back. So nothing here shows how a model does on later applications, and a report on it "
            "has to say so."
        )
    elif "date" in lacking:
        said.append(
            "All of them are of one year. Where a lesson compares years, nothing can be seen here: a report on the model has to "
            "say so."
        )
    if contract.roles.score is None:
        said.append(
            "The models are none of your organisation's: each was fitted on these rows for this course. The vendor, the letters "
            "and the committee belong to the story; the numbers are computed from your rows."
        )
    if contract.roles.decision is None and contract.roles.target and contract.roles.target.missing_means is None:
        said.append(
            "They are granted loans only. Where a lesson says *applications*, it means these loans; nobody who was refused is "
            "among them, so no rate here holds for all who apply."
        )
    elif contract.roles.decision is None:
        said.append(
            "They do not say who was refused: no rate here compares those who were granted a loan with all who applied."
        )
    if contract.roles.amount is None:
        said.append("No amounts are known: what is said of losses counts loans, not money.")
    return said


def _own_lines(contract: Contract, lines: Mapping[str, str]) -> list[str]:
    lacking = [words for name, words in lines.items() if name not in contract.policy]
    if not lacking:
        return []
    return [
        f"Your organisation has declared no line of its own for these; the course's are used: {', '.join(lacking)}."
    ]


def _seen_in(contract: Contract, name: str) -> tuple[str, ...]:
    """Return the lessons in which an addition is met."""
    if contract.roles.score is not None and name == contract.roles.score.column:
        return ()  # no lesson shows it: what is said of the copy says it all
    if name in contract.protected:
        return ("4", "5")
    return ("2",) if name in contract.late else ("1", "2", "3", "4", "5")


def _added(contract: Contract, name: str, said: str) -> str:
    if name in contract.late:
        return (
            "One column of this lesson is none of your organisation's: it was made up from the outcomes, so that there is "
            "something to find. Which one it is stands at the end of the lesson."
        )
    if name in contract.columns:
        return f"“{contract.label(name)}” is none of your organisation's columns; it was {said}."
    return f"“{contract.label(name)}”: {said}."


def _closing(contract: Contract) -> dict[str, list[str]]:
    """Return what could not be said before the questions were answered."""
    late = [name for name in contract.added if name in contract.late]
    return {"2.end": [f"“{contract.label(name)}” was {contract.added[name]}." for name in late]}
