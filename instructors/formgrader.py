"""A server extension beside nbgrader's formgrader: makes its pages show names and addresses as text.

Owns that one repair. nbgrader 0.9 writes the names of learners, and parts of the page's own address, into its pages as they
are: a name in a list of learners, or a link that somebody sent, would run as the instructor.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_NAMES = ("first_name", "last_name", "student")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Repair the pages once every extension is loaded, formgrader among them."""
    server.io_loop.add_callback(escape_in_pages, server.web_app.settings)


def escape_in_pages(settings: Mapping[str, Any]) -> None:
    """Let formgrader's pages escape what they repeat.

    Parameters
    ----------
    settings
        Of the server's web application; without formgrader nothing is done.
    """
    pages, exporter = settings.get("nbgrader_jinja2_env"), settings.get("nbgrader_exporter")
    if pages is None or exporter is None:
        return
    pages.autoescape = True
    convert = exporter.from_filename

    def from_filename(filename: str, resources: Mapping[str, Any] | None = None, **more: Any) -> Any:
        return convert(filename, resources=names_escaped(resources or {}), **more)

    exporter.from_filename = from_filename


def names_escaped(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page of a submission is made with, the names in it as HTML.

    >>> names_escaped({"last_name": "O'Neill <b>", "index": 1})
    {'last_name': 'O&#x27;Neill &lt;b&gt;', 'index': 1}
    """
    return {
        name: escape(value) if name in _NAMES and isinstance(value, str) else value for name, value in resources.items()
    }
