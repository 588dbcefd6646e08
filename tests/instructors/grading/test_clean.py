import base64

import nbformat
import pytest
from nbconvert import HTMLExporter

from instructors.grading.clean import CleanNotebook, clean_html, clean_markdown, clean_output
from instructors.inert import inert

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()

ACTIVE = [
    "<script>steal()</script>",
    "<img src=x onerror=steal()>",
    "<svg onload=steal()><script>steal()</script></svg>",
    "<iframe src='javascript:steal()'></iframe>",
    "<a href='javascript:steal()'>x</a>",
    "<div style='position:fixed;top:0' onclick='steal()'>x</div>",
    "<style>body { display: none }</style>",
    "<form action='//evil'><input name=x></form>",
    "<meta http-equiv=refresh content='0;url=//evil'>",
    "<base href='//evil'>",
    "<math><mtext><script>steal()</script></mtext></math>",
    "<p class='navbar-fixed-top'>x</p>",
]
IN_MARKDOWN = [
    *ACTIVE,
    "[x](javascript:steal())",
    "[x]: javascript:steal()\n\n[x]",
    "![x](javascript:steal())",
    "<javascript:steal()>",
    "$$<script>steal()</script>$$",
    "a $$ b $$ [x](javascript:steal())",
    "\\begin{x}<script>steal()</script>\\end{x}",
    "</div>\n\n<script>steal()</script>",
    "```mermaid\n<script>steal()</script>\n```",
    "![x](attachment:none)",
    "| <script>steal()</script> |\n|---|\n| x |",
    "&lt;script&gt;steal()&lt;/script&gt;",
]
HARM = (
    "<script>steal",
    "onerror=",
    "onload=",
    "onclick=",
    "<iframe",
    'href="javascript:',
    "position:fixed",
    "<form",
    'class="mermaid"',
)


def _page(*cells):
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(nbformat.v4.new_notebook(cells=list(cells)))
    return page.partition("<body")[2]


@pytest.mark.parametrize("text", IN_MARKDOWN)
def test_learners_text_is_inert_on_a_page_nbconvert_makes(text):
    page = _page(nbformat.v4.new_markdown_cell(clean_markdown(f"before\n\n{text}\n\nafter")))
    assert [] == [harm for harm in HARM if harm in page]
    assert "after" in page


@pytest.mark.parametrize("html", ACTIVE)
def test_learners_html_output_is_inert_on_a_page_nbconvert_makes(html):
    output = nbformat.v4.new_output("display_data", {"text/html": f"<p>{html}</p>after"})
    page = _page(nbformat.v4.new_code_cell("", outputs=[clean_output(output)]))
    assert [] == [harm for harm in HARM if harm in page]
    assert "after" in page


def test_a_data_frames_table_stays():
    html = (
        '<table border="1" class="dataframe"><thead><tr><th>a</th></tr></thead>'
        '<tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    )
    assert '<td colspan="2">1</td>' in clean_html(html)


def test_plain_markdown_still_shows_as_such():
    assert "<h1>T</h1>" in clean_markdown("# T")


def test_a_formula_stays_a_formula_on_the_page():
    assert "$a_b$" in _page(nbformat.v4.new_markdown_cell(clean_markdown("so $a_b$ holds")))


def test_inert_html_is_one_line():
    assert "\n" not in inert("<pre>a\n\nb</pre>")


@pytest.mark.parametrize(
    "mime", ["image/svg+xml", "application/javascript", "text/latex", "application/vnd.situ.verdict+json"]
)
def test_active_kinds_of_output_are_dropped_to_their_text(mime):
    output = nbformat.v4.new_output("display_data", {mime: "x", "text/plain": "shown"})
    assert {"text/plain": "shown"} == clean_output(output).data


def test_an_output_without_text_says_that_it_is_not_shown():
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>"})
    assert {"text/plain": "[This output is not shown here.]"} == clean_output(output).data


@pytest.mark.parametrize("value", ['x" onerror="steal()', base64.b64encode(b"<svg/>").decode(), "é", ""])
def test_an_image_that_is_none_is_dropped(value):
    output = nbformat.v4.new_output("display_data", {"image/png": value, "text/plain": "shown"})
    assert {"text/plain": "shown"} == clean_output(output).data


def test_a_bitmap_stays_and_loses_the_metadata_it_came_with():
    output = nbformat.v4.new_output("display_data", {"image/png": PNG}, metadata={"image/png": {"width": "1 onload=x"}})
    cleaned = clean_output(output)
    assert ({"image/png": PNG}, ["alt"]) == (cleaned.data, list(cleaned.metadata["image/png"]))


def test_a_bitmap_has_its_text_for_whoever_does_not_see_it(caplog):
    told = '6 of 8 columns push "up" ><script>steal()</script>'
    cell = nbformat.v4.new_code_cell(
        outputs=[nbformat.v4.new_output("display_data", {"image/png": PNG, "text/plain": told})]
    )
    cell.outputs = [clean_output(output) for output in cell.outputs]
    page = _page(cell)
    assert "<script>steal" not in page
    assert "Alternative text is missing" not in caplog.text


def test_a_raw_cell_becomes_text():
    cell, _ = CleanNotebook().preprocess_cell(nbformat.v4.new_raw_cell("<script>steal()</script>x"), {}, 0)
    assert ("markdown", True) == (cell.cell_type, "script" not in cell.source)


def test_released_text_is_left_alone():
    cell = nbformat.v4.new_markdown_cell("# <b>T</b>", metadata={"situ": {"released": True}})
    assert "# <b>T</b>" == CleanNotebook().preprocess_cell(cell, {}, 0)[0].source


def test_attachments_are_dropped():
    cell = nbformat.v4.new_markdown_cell("x", attachments={"a": {"text/html": "y"}})
    assert "attachments" not in CleanNotebook().preprocess_cell(cell, {}, 0)[0]
