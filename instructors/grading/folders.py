"""Where nbgrader keeps what grading reads and writes of an assignment, by its own settings of the class. Names folders only."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory


def released_folder(course: CourseDirectory, assignment: str) -> Path:
    """Return the folder of an assignment as it was released."""
    return Path(course.format_path(course.release_directory, ".", assignment))


def source_folder(course: CourseDirectory, assignment: str) -> Path:
    """Return the folder of an assignment as the instructor has it."""
    return Path(course.format_path(course.source_directory, ".", assignment))


def submitted_folder(course: CourseDirectory, learner: str, assignment: str) -> Path:
    """Return the folder of what a learner handed in."""
    return Path(course.format_path(course.submitted_directory, learner, assignment))


def graded_folder(course: CourseDirectory, learner: str, assignment: str) -> Path:
    """Return the folder of a graded submission."""
    return Path(course.format_path(course.autograded_directory, learner, assignment))


def aside_folder(course: CourseDirectory, learner: str, assignment: str) -> Path:
    """Return the folder of what was taken out of a submission because grading does not take it."""
    return Path(course.root, "private", "set-aside", assignment, learner)
