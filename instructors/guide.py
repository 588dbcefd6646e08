"""The instructor's guide as a page: the block's ``guide.md``, readable alone and on paper, without a network.

Owns the page and its two places: a class's private folder, and the reader's own cache for a block without a class. It tells what
is planted and what is expected, so it stands in no folder from which anything is released.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import mistune
import platformdirs
from mistune.toc import add_toc_hook, render_toc_ul

from graders.files import replacing
from graders.language import _
from graders.law import read_law
from instructors.classes import Class
from instructors.content import Block

SOURCE, PAGE = "guide.md", "guide.html"

_STYLE = """
:root { --ink: #1f1f1f; --soft: #595959; --line: #c9c9c9; --band: #f4f4f2; --link: #0b57a4; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
.note { margin: 0; padding: 8px 24px; background: var(--band); border-bottom: 1px solid var(--line); color: var(--soft); }
.page { display: grid; grid-template-columns: 17rem minmax(0, 62rem); gap: 0 40px; padding: 0 24px; }
nav { font-size: 14px; line-height: 1.35; padding: 24px 0; }
nav > ul { position: sticky; top: 16px; max-height: calc(100vh - 32px); overflow: auto; margin: 0; padding: 0; list-style: none; }
nav li { margin: 3px 0; }
nav ul ul { padding-left: 14px; list-style: none; margin: 2px 0 10px; }
nav > ul > li { break-inside: avoid; }
nav > ul > li > a { font-weight: 600; }
main { padding: 8px 0 48px; overflow-wrap: break-word; }
a { color: var(--link); }
h1 { font-size: 28px; line-height: 1.2; margin: 20px 0 12px; }
h2 { font-size: 22px; line-height: 1.25; margin: 44px 0 10px; padding-top: 12px; border-top: 2px solid var(--ink); }
h3 { font-size: 17px; margin: 26px 0 6px; }
h1, h2, h3 { scroll-margin-top: 12px; break-after: avoid; }
p, ul, ol { margin: 8px 0; }
main > :is(p, ul, ol) { max-width: 46em; }
code { font: 14px/1.4 ui-monospace, Consolas, monospace; background: var(--band); padding: 0 3px; overflow-wrap: anywhere; }
pre { overflow: auto; padding: 10px; background: var(--band); }
.wide { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; font-size: 14px; line-height: 1.4; min-width: 60%; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px; border: 1px solid var(--line); min-width: 3.2em; }
th { background: var(--band); }
tr { break-inside: avoid; }
@media (max-width: 1000px) {
  .page { display: block; }
  nav { border-bottom: 1px solid var(--line); padding: 12px 0; columns: 15rem; }
  nav > ul { position: static; max-height: none; overflow: visible; }
  nav ul ul { margin-bottom: 6px; }
}
@media print {
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  .note, .page { padding-left: 0; padding-right: 0; }
  .page { display: block; }
  nav { columns: 2; break-after: page; }
  nav > ul { position: static; max-height: none; overflow: visible; }
  nav a, main a { color: inherit; text-decoration: none; }
  h2 { break-before: page; margin-top: 0; border-top: 0; }
  .wide { overflow: visible; }
  table { font-size: 9pt; width: 100%; }
  thead { display: table-header-group; }
}
"""

_LAYOUT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<p class="note">{note}</p>
<div class="page">
<nav aria-label="{contents}">{toc}</nav>
<main>
{body}</main>
</div>
</body>
</html>
"""


def guide_page(block: Block) -> str | None:
    """Return a block's guide as a page, with its law card at the end; None where it has none.

    HTML in the guide's source is shown, never obeyed.
    """
    source = block.folder / SOURCE
    if not source.is_file():
        return None
    markdown = mistune.create_markdown(escape=True, plugins=["table"])
    add_toc_hook(markdown, min_level=2, max_level=3)
    head, second, rest = source.read_text(encoding="utf-8").partition("\n## ")
    body, state = markdown.parse(head + _of_the_class(block) + second + rest)
    framed = (
        str(body).replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    )
    contents, law = list(state.env["toc_items"]), _law_card(block)
    if law:
        contents.append((2, "law-card", escape(_("Law card"))))
    return _LAYOUT.format(
        title=escape(_("Guide for instructors: {block}").format(block=block.settings.title)),
        style=_STYLE,
        note=escape(_("For instructors alone: it tells what is planted in the data, and what each question expects.")),
        contents=escape(_("Contents")),
        toc=render_toc_ul(contents),
        body=framed + law,
    )


def _of_the_class(block: Block) -> str:
    """Return the guide's section on what a class leaves out of the block and tells of its portfolio; empty where it has all."""
    if not block.left_out and not block.notes:
        return ""
    lines = ["", "", _("## This class"), ""]
    if block.left_out:
        lines += [_("It does not ask these questions; those that stay share the lesson's points."), ""]
        lines += [
            f"- {question} {block.every_key[question].title} ({why})"
            for question, why in block.left_out.items()
            if question in block.every_key
        ]
    if block.notes:
        told = _(
            "Where this guide says what is planted in the data, it means the generated portfolio; of yours, read the report."
        )
        lines += ["", told]
    for lesson, said in block.notes.items():
        number, _dot, end = lesson.partition(".")
        told = _("Lesson {lesson} says at its end:") if end else _("Lesson {lesson} says:")
        place = _("Every lesson says:") if lesson == "all" else told.format(lesson=number)
        lines += ["", place, "", *(f"- {sentence}" for sentence in said)]
    return "\n".join([*lines, ""])


def _law_card(block: Block) -> str:
    """Return the whole law card of a block, empty where it has none: its dates are to be checked by somebody."""
    file = block.folder / "law.toml"
    if not file.is_file():
        return ""
    from graders.figures import law_card  # the drawing library is slow to load, and most blocks need none of it

    told = _(
        "Every entry, as learners see it where a lesson shows it. Check status and dates before you make a class, and mend them "
        "in {name}: learners get the card with their data, and keep it."
    )
    card = law_card(read_law(file).values())._repr_html_()
    return f'<h2 id="law-card">{escape(_("Law card"))}</h2>\n<p>{escape(told.format(name=file.name))}</p>\n{card}\n'


def write_guide(made: Class) -> Path | None:
    """Write a class's guide into its private folder, from the class's own copy of the block; return the page, if there is one."""
    return _put(guide_page(made.block), made.root / "private" / PAGE)


def write_block_guide(block: Block) -> Path | None:
    """Write a block's guide into the reader's own cache; return the page, if there is one."""
    folder = platformdirs.user_cache_path("situ") / "guides"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _put(guide_page(block), folder / f"{block.name}.html")


def _put(page: str | None, file: Path) -> Path | None:
    if page is None:
        file.unlink(missing_ok=True)  # what the block no longer says is not kept
        return None
    with replacing(file) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return file
