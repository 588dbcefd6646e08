"""What HTML becomes before it is cleaned: closed as it should be, and never longer or slower than it deserves."""

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instructors.grading.balanced import balanced
from instructors.grading.clean import clean_html

TAGS = {"p", "b", "i", "a", "div", "ul", "li", "table", "tbody", "tr", "td", "br"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><b>one<p>two", "<p><b>one</b></p><p>two</p>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("a < b, <br/>c", "a &lt; b, <br>c"),
        ("<p x='</p>'>t", "<p>t</p>"),
        ('<a href="x">t<a href="y">u</a></a>', '<a href="x">tu</a>'),
        ("<script>'<b>'</script>x", "x"),
        ("<style>never closed <b>", ""),
        ("<!-- <b> --><B>z", "<b>z</b>"),
        ("</p></div>t", "t"),
        ("<blink>t</blink>", "t"),
        ("<p>1 &amp; 2 &lt; 3</p>", "<p>1 &amp; 2 &lt; 3</p>"),
    ],
)
def test_html_is_closed_within_what_it_stands_in(html, expected):
    assert expected == balanced(html, TAGS, {"a"})


HOSTILE = {
    "marks left open": "<p>" + "".join(f"<b x={number}>" for number in range(9_000)) + "</p>" + "<p>a</p>" * 9_000,
    "open boxes": "<div>" * 40_000,
    "open lists": "<ul><li>" * 25_000,
    "links in links": "<a href=x><p>" * 15_000,
    "tables in tables": "<table><b><tr><i>a" * 11_000,
    "tags that never end": "<a '<a \"" * 25_000,
    "comments that never end": "<!--" * 50_000,
    "scripts that never end": "<script></scrip " * 12_500,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_nothing_grows_beyond_some_times_its_length(html):
    assert len(clean_html(html)) <= 5 * len(html)


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_nested_deeply(html):
    depth = deepest = 0
    for closing, name in re.findall(r"<(/?)(\w+)", balanced(html, TAGS, {"a"})):
        depth += 0 if name == "br" else -1 if closing else 1
        deepest = max(deepest, depth)
    assert (0, True) == (depth, deepest <= 60)


PIECES = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<td>", "<tr>", "</table>", "<table>", "x", "<", "'", '"'])
)


@given(PIECES)
def test_text_outside_of_quotes_is_kept(pieces):
    html = "".join(piece for piece in pieces if piece not in {"'", '"', "<"})
    assert html.count("x") == balanced(html, TAGS, ()).count("x")


@given(PIECES)
def test_what_is_balanced_stays_as_it_is(pieces):
    once = balanced("".join(pieces), TAGS, ())
    assert once == balanced(once, TAGS, ())


def test_sound_html_means_what_it_did():
    html = "<table><tbody><tr><td><b>1</b></td><td>2</td></tr></tbody></table><ul><li>a</li><li>b</li></ul>"
    assert nh3.clean(html) == nh3.clean(balanced(html, TAGS, ()))
