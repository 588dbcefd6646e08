"""Figures in words alone, as a graded notebook has them."""

import pytest

from graders.figures.drawing import canvas, drawn


@pytest.fixture
def shown(monkeypatch):
    """What a drawing displays."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: bundles.append(bundle))
    figure, axes = canvas(2.0)
    drawing = drawn(figure, axes, "A rises <fast>", "In EUR.", ["a: 1", "b: 2"])

    def show(how):
        monkeypatch.setenv("SITU_FIGURES", how)
        drawing._ipython_display_()
        return bundles

    return show


def test_in_a_lesson_a_figure_is_a_picture_with_its_words_below(shown):
    assert [{"image/png", "text/plain"}, {"text/html", "text/plain"}] == [set(bundle) for bundle in shown("")]


def test_in_a_graded_notebook_a_figure_is_its_words(shown):
    assert [{"text/html", "text/plain"}] == [set(bundle) for bundle in shown("words")]


def test_the_words_stand_open_and_say_where_the_picture_is(shown):
    html = shown("words")[0]["text/html"]
    assert "<details" not in html
    assert ("<li>a: 1</li>" in html, "The picture stands in the lesson" in html) == (True, True)


def test_the_words_survive_the_cleaning_of_graded_notebooks(shown):
    from instructors.grading.clean import clean_html

    assert "<li>a: 1</li>" in clean_html(shown("words")[0]["text/html"])


def test_a_title_is_text_and_no_markup(shown):
    assert "A rises &lt;fast&gt;" in shown("words")[0]["text/html"]


def test_nothing_is_drawn(shown, monkeypatch):
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: pytest.fail("drawn"))
    assert 1 == len(shown("words"))
