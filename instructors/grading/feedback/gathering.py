"""nbgrader's step that gathers what a feedback page says, from the graded notebook, the gradebook and the class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedNotebook

from graders.language import _, moment, number
from instructors.classes import Class
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.feedback.lesson import cells_linked, lesson_parts, lesson_title
from instructors.grading.feedback.questions import Asked, Marks, Recorded, question_rows
from instructors.grading.feedback.view import FeedbackView, QuestionRow, Words
from instructors.grading.notices import is_notice
from instructors.rubric import rubric_of


class GatherFeedback(ClassStep):
    """The last step before the page is laid out; `TellMarks` has brought the cards up to date before it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Gather the page of one graded notebook."""
        ids = resources["nbgrader"]
        with Gradebook(ids["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(ids["notebook"], ids["assignment"], ids["student"])
            marks, lines = marks_in(found), tuple(_lines(found))
        resources[MARK] = self.view(nb, ids, marks, lines)
        return nb, resources

    def view(self, nb: NotebookNode, ids: Mapping[str, Any], marks: Marks, lines: tuple[str, ...]) -> FeedbackView:
        """Return what the page of a graded notebook says.

        Parameters
        ----------
        nb
            The notebook.
        ids
            nbgrader's: the assignment, its score and late penalty.
        marks
            What the gradebook has of it.
        lines
            Who handed in, and when.
        """
        rows, lesson = tuple(question_rows(nb, marks, self._asked(ids["assignment"]))), tuple(lesson_parts(nb))
        score, out_of, penalty = (round(float(ids[name]), 2) for name in ("score", "max_score", "late_penalty"))
        return FeedbackView(
            language=_("en"),  # a catalogue gives its own language here
            title=lesson_title(nb) or str(ids["assignment"]),
            lines=lines,
            points=_("{points} of {out_of} points").format(points=number(score), out_of=number(out_of)),
            remarks=tuple(_remarks(rows, penalty)),
            total=f"{score!r}/{out_of!r}",
            penalty=repr(penalty),
            notices=cells_linked(_notices(nb), lesson),
            questions=rows,
            lesson=lesson,
            words=_words(),
        )

    def _asked(self, assignment: str) -> Asked:
        """Return what the class says of its questions; without it the page has their numbers alone."""
        try:
            room = self.open_class()
            titles = {question: key.title for question, key in room.keys(assignment).items()}
            lesson = room.settings.assignments.get(assignment) if isinstance(room, Class) else None
            return Asked(titles, rubric_of(room.block, lesson) if isinstance(room, Class) and lesson else None)
        except Exception:  # a key under repair, a rubric half written: feedback is made all the same
            self.log.exception("no titles for the questions of %s", assignment)
            return Asked({})


def marks_in(notebook: SubmittedNotebook) -> Marks:
    """Return what the gradebook has of a submitted notebook."""
    grades = {
        grade.name: Recorded(
            float(grade.score),
            float(grade.max_score),
            grade.auto_score,
            grade.manual_score,
            float(grade.extra_credit or 0.0),
            bool(grade.needs_manual_grade),
        )
        for grade in notebook.grades
    }
    # nbgrader's own "No response." says in English alone what the state says already
    return Marks(grades, {comment.name: comment.manual_comment or "" for comment in notebook.comments})


def _lines(notebook: SubmittedNotebook) -> list[str]:
    student, handed_in = notebook.student, notebook.assignment.timestamp
    name = " ".join(filter(None, (student.first_name, student.last_name)))
    lines = [f"{name} ({student.id})" if name else str(student.id)]
    if handed_in is not None:
        when = moment(handed_in.replace(tzinfo=UTC).isoformat())
        lines.append(_("Handed in {moment}").format(moment=when))
    return lines


def _remarks(rows: tuple[QuestionRow, ...], penalty: float) -> list[str]:
    remarks, waiting = [], [row.id for row in rows if row.is_open]
    if waiting:
        told = _("Waiting for your instructor, and not in these points: {questions}.")
        remarks.append(told.format(questions=", ".join(waiting)))
    if penalty > 0:
        remarks.append(_("Taken off for handing in late: {points}.").format(points=number(round(penalty, 2))))
    return remarks


def _notices(notebook: NotebookNode) -> Markup:
    """Return the card of notices; `ShowNotices` wrote it as HTML, in one line."""
    return Markup(next((cell.source for cell in notebook.cells if is_notice(cell)), ""))  # the trusted side's own card


def _words() -> Words:
    return Words(
        about=_("Feedback"),
        overview=_("Your points"),
        columns=(_("Question"), _("State"), _("Points")),
        questions=_("Question by question"),
        comment=_("Your instructor writes"),
        criteria=_("How it is marked"),
        criteria_columns=(_("Criterion"), _("Level"), _("Points")),
        top=_("Back to the top"),
        in_lesson=_("See it in the lesson"),
        lesson=_("The lesson as you handed it in"),
        lesson_note=_("As it was run for grading. What you wrote yourself is marked."),
        own=_("Yours"),
        verdict=_("What became of your answer"),
    )
