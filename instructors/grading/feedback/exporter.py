"""nbgrader's exporter of feedback pages: lays out what `GatherFeedback` gathered.

Owns the template's place, and that everything in it which is not `Markup` is escaped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets import default

from instructors.grading.classroom import MARK

TEMPLATES = Path(__file__).parent.parent / "templates"


class FeedbackExporter(TemplateExporter):
    """A page that stands alone: no script, nothing from elsewhere."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "situ_feedback"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]  # nbconvert's own
        environment.autoescape = True
        environment.undefined = StrictUndefined
        return environment

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own exporters of text do
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Lay out one page."""
        page, resources = super().from_notebook_node(nb, resources, **more)
        resources.pop(MARK, None)  # nbgrader's writer has no use for it
        return page, resources
