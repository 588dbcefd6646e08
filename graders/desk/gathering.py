"""Gathers what `graders.desk.standing` is made of: the lesson's folder, what nbgrader left in it, the folders beside it.

Owns where to look. It writes nothing, never raises, and takes for another lesson only a folder of the same class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graders.answerbook import NAME, read_book
from graders.answers import JSON
from graders.desk.standing import OtherLesson, Progress, lesson_progress
from graders.errors import SituError
from graders.feedback import find_feedback, last_handed_in
from graders.forms.reading import Picks
from graders.lesson import Lesson, Outline, find_lesson


def read_progress(
    lesson: Lesson, picks: Picks | None = None, learner: str | None = None, code: Mapping[str, JSON] | None = None
) -> Progress:
    """Return how far a learner is, from what stands in the lesson's folder and beside it.

    Parameters
    ----------
    lesson, picks, code
        As in `graders.desk.standing.lesson_progress`.
    learner
        Who works here, for the last hand-in.
    """
    assignment = _assignment(lesson)
    feedback = find_feedback(lesson.folder, assignment)
    alone = lesson_progress(lesson, read_book(lesson.folder / NAME), picks, feedback, code)
    handed_in = last_handed_in(lesson.folder, lesson.class_id, assignment, learner)
    return replace(
        alone,
        handed_in=max(handed_in, feedback.handed_in if feedback else ""),
        others=tuple(_other(outline, alone) for outline in lesson.outline),
    )


def _assignment(lesson: Lesson) -> str:
    """Return nbgrader's name of the lesson, whatever its folder is called now."""
    return next((outline.assignment for outline in lesson.outline if outline.id == lesson.id), lesson.folder.name)


def _other(outline: Outline, here: Progress) -> OtherLesson:
    is_here = outline.id == here.lesson.id
    found = here if is_here else _beside(outline, here.lesson)
    if found is None:
        return OtherLesson(outline)
    feedback = found.feedback
    return OtherLesson(
        outline,
        is_here=is_here,
        folder=found.lesson.folder,
        recorded=found.recorded,
        questions=len(found.questions),
        points=feedback.points if feedback else None,
        out_of=feedback.out_of if feedback else None,
        feedback=feedback.file if feedback else None,
    )


def _beside(outline: Outline, here: Lesson) -> Progress | None:
    """Return another lesson of this class from the folder beside this one, where nbgrader fetches it to."""
    folder = here.folder.resolve().parent / outline.assignment
    try:
        lesson = find_lesson(folder)
    except SituError:  # not fetched, or made by another version of Situ: its own notebook says what to do
        return None
    if (lesson.class_id, lesson.id) != (here.class_id, outline.id):
        return None
    return lesson_progress(lesson, read_book(folder / NAME), feedback=find_feedback(folder, outline.assignment))
