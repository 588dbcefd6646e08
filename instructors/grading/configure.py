"""The settings of nbgrader for a class of Situ, in one call from its ``nbgrader_config.py``.

Owns which steps run and in which order. Names only: nothing of the steps is imported before nbgrader needs it, so that
listing or releasing assignments stays fast.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from traitlets.config import Config

from graders.answerbook import NAME
from graders.errors import ClassError
from graders.lesson import PROGRESS_PAGE

RELEASE = (
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "instructors.grading.release.TakeOutSolutions",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
)
SANITIZE = (
    "nbgrader.preprocessors.ClearOutput",
    "instructors.grading.rebuild.Rebuild",
    "instructors.grading.steps.OverwriteCells",
    "instructors.grading.steps.CheckCellMetadata",
)
AUTOGRADE = (
    "instructors.grading.run.RunSubmission",
    "instructors.grading.judge.JudgeAnswers",
    "instructors.grading.clean.CleanNotebook",
    "nbgrader.preprocessors.LimitOutput",
    "instructors.grading.steps.SaveAutoGrades",
    "instructors.grading.judge.FlagNotJudged",
    "instructors.grading.criteria.FlagCriteria",
    "instructors.grading.notices.ShowNotices",
    "instructors.grading.steps.AssignLatePenalties",
    "instructors.grading.steps.CheckCellMetadata",
    "instructors.grading.finished.MarkFinished",
)
FEEDBACK = (
    "nbgrader.preprocessors.GetGrades",
    "instructors.grading.marked.TellMarks",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "instructors.grading.feedback.gathering.GatherFeedback",
)


def configure(config: Config, class_dir: Path) -> None:
    """Set nbgrader up for a class.

    Parameters
    ----------
    config
        nbgrader's configuration, changed in place.
    class_dir
        The class folder, with its ``class.toml``.

    Raises
    ------
    SystemExit
        When the folder has no readable ``class.toml``. nbgrader goes on after any other exception, with its own steps alone,
        and those take every receipt for full points.
    """
    root = class_dir.resolve()
    try:
        settings = _settings(root)
    except ClassError as error:
        raise SystemExit(f"situ: {error}") from error
    config.CourseDirectory.course_id = settings["class_id"]
    config.CourseDirectory.root = str(root)
    if "gradebook" in settings:
        config.CourseDirectory.db_url = settings["gradebook"]
    config.Exchange.root = settings.get("exchange") or str(root / "exchange")
    config.ExchangeCollect.check_owner = "exchange" in settings  # inside the class folder all files have one owner
    config.ClearSolutions.code_stub = {"python": ""}  # the visible lines of an answer cell are its stub
    config.Execute.timeout = 60
    config.CourseDirectory.ignore.extend(
        [PROGRESS_PAGE, f".{NAME}*"]
    )  # beside a lesson, but nothing to grade or give back
    config.ClassStep.class_dir = str(root)
    config.GenerateAssignment.preprocessors = list(RELEASE)
    config.ExchangeFactory.release_assignment = "instructors.grading.release.ReleaseLesson"
    config.ExchangeFactory.collect = "instructors.grading.collect.CollectSubmissions"
    lessons = settings.get("assignments", {})
    config.Autograde.exclude_overwriting = {name: [NAME] for name in lessons}  # the learner's, whatever lies in source/
    config.Autograde.exporter_class = "instructors.grading.beginning.ClassExporter"
    config.Autograde.sanitize_preprocessors = list(SANITIZE)
    config.Autograde.autograde_preprocessors = list(AUTOGRADE)
    config.GenerateFeedback.preprocessors = list(FEEDBACK)
    config.GenerateFeedback.exporter_class = "instructors.grading.feedback.exporter.FeedbackExporter"
    config.ExportApp.plugin_class = "instructors.spreadsheet.SpreadsheetExport"


def _settings(root: Path) -> dict[str, Any]:
    file = root / "class.toml"
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClassError(f"{file}: expected the settings of a class, got {error}. Restore the file.") from error
    if not isinstance(settings.get("class_id"), str):
        raise ClassError(f'{file}: expected a class_id, got none. Add a line such as class_id = "autumn".')
    return settings
