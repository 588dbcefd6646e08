"""What formgrader's pages repeat is text, whoever wrote it."""

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment

from instructors.formgrader import _load_jupyter_server_extension, escape_in_pages

HOSTILE = '"><script>x</script>'


@pytest.fixture
def settings():
    pages = Environment(loader=DictLoader({"page": "{{ name }}"}))
    exporter = SimpleNamespace(from_filename=lambda filename, resources=None, **more: (filename, resources))
    return {"nbgrader_jinja2_env": pages, "nbgrader_exporter": exporter}


def test_a_page_escapes_what_it_repeats(settings):
    escape_in_pages(settings)
    assert "<script>" not in settings["nbgrader_jinja2_env"].get_template("page").render(name=HOSTILE)


def test_the_names_on_a_submissions_page_are_escaped(settings):
    escape_in_pages(settings)
    _, resources = settings["nbgrader_exporter"].from_filename("f", resources={"last_name": HOSTILE, "index": 1})
    assert {"last_name": "&quot;&gt;&lt;script&gt;x&lt;/script&gt;", "index": 1} == resources


def test_a_server_without_formgrader_is_left_alone():
    asked = []
    server = SimpleNamespace(io_loop=SimpleNamespace(add_callback=lambda *call: asked.append(call)), web_app=None)
    server.web_app = SimpleNamespace(settings={})
    _load_jupyter_server_extension(server)
    assert [None] == [call(*given) for call, *given in asked]
