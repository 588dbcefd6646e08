"""The instructor's guide is a page of its own, in the private folder and nowhere else."""

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from instructors.classes import open_class
from instructors.content import read_block
from instructors.guide import guide_page, write_block_guide, write_guide
from instructors.making import Plan, build_sources, new_class

CREDIT_LAW = Path(__file__).parents[2] / "courses/credit-xai/law.toml"
GUIDE = """# Guide: means & rates

For you.

## Lesson 1 · Means <first>

### Minutes

| Part | Min |
|---|---|
| Means | 6 |

See `median-not-mean` and [more](javascript:alert(1)). <script>alert(1)</script>

## Lesson 2 · Rates

### Minutes

Planted-secret: nothing.
"""


@pytest.fixture
def block(mini_content, tmp_path):
    """The small block with a guide."""
    folder = tmp_path / "content" / "courses" / "mini"
    shutil.copytree(mini_content / "courses" / "mini", folder)
    shutil.copytree(mini_content / "datasets", tmp_path / "content" / "datasets")
    (folder / "guide.md").write_text(GUIDE, encoding="utf-8")
    return read_block(folder)


@pytest.fixture
def made(block, tmp_path):
    return new_class(tmp_path / "autumn", Plan(str(block.folder), "autumn", seed=7, rows=120))


@pytest.fixture
def situ(command):
    return command


def test_the_contents_lead_to_every_lesson_and_its_parts(block):
    page = guide_page(block)
    contents = page[page.index("<nav") : page.index("</nav>")]
    for words, place in (("Lesson 1 · Means", 1), ("Minutes", 2), ("Lesson 2 · Rates", 3), ("Minutes", 4)):
        assert f'href="#toc_{place}">{words}' in contents
        assert f'id="toc_{place}">{words}' in page


def test_tables_are_tables(block):
    page = guide_page(block)
    assert ("<th>Part</th>" in page, "<td>6</td>" in page) == (True, True)


def test_html_in_the_guide_is_shown_and_not_obeyed(block):
    page = guide_page(block)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert [] == [tag for tag in ("<script", "<first", "javascript:") if tag in page]


def test_the_page_is_readable_alone_and_loads_nothing(block):
    page = guide_page(block)
    assert "default-src 'none'" in page
    assert [] == [word for word in ("http://", "https://", "src=", "@import", "url(", "<link") if word in page]


def test_the_law_card_of_a_block_stands_at_the_end(block):
    shutil.copyfile(CREDIT_LAW, block.folder / "law.toml")
    page = guide_page(block)
    assert '<a href="#law-card">Law card</a>' in page
    assert page.index("Planted-secret") < page.index('id="law-card"') < page.index("Not legal advice; checked on")


def test_a_new_class_has_its_guide(made):
    assert "Planted-secret" in (made.root / "private" / "guide.html").read_text(encoding="utf-8")


def test_building_renews_the_guide(made):
    source = made.block.folder / "guide.md"
    source.write_text(GUIDE.replace("nothing", "a leak"), encoding="utf-8")
    build_sources(open_class(made.root))
    assert "Planted-secret: a leak" in (made.root / "private" / "guide.html").read_text(encoding="utf-8")


def test_learners_never_get_the_guide(made):
    handed = [path for folder in ("source", "exchange") for path in (made.root / folder).rglob("*") if path.is_file()]
    with zipfile.ZipFile(made.delivery_file) as delivery:
        texts = {name: delivery.read(name) for name in delivery.namelist()}
    texts |= {str(path): path.read_bytes() for path in handed}
    assert len(texts) > 3
    assert [] == [name for name, text in texts.items() if "guide" in name or b"Planted-secret" in text]


@pytest.mark.slow
def test_what_nbgrader_releases_has_no_guide_in_it(made, monkeypatch):
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    from instructors.nbgrader_command import put_tools_on_path

    monkeypatch.chdir(made.root)
    put_tools_on_path()
    config = Config()
    config.CourseDirectory.root = str(made.root)
    config.CourseDirectory.course_id = "autumn"
    assert NbGraderAPI(config=config).generate_assignment("01_mini", create=True)["success"]
    released = [path for path in (made.root / "release").rglob("*") if path.is_file()]
    assert released
    assert [] == [path for path in released if "guide" in path.name or b"Planted-secret" in path.read_bytes()]


def test_a_block_without_a_guide_works(mini_class):
    assert write_guide(mini_class) is None
    assert not (mini_class.root / "private" / "guide.html").exists()


def test_a_guide_that_was_taken_out_is_not_kept(made):
    (made.block.folder / "guide.md").unlink()
    assert write_guide(made) is None
    assert not (made.root / "private" / "guide.html").exists()


def test_a_blocks_guide_is_in_the_readers_own_cache(block, tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    page = write_block_guide(block)
    assert (tmp_path / "cache/situ/guides/mini.html", 0o700) == (page, page.parent.stat().st_mode & 0o777)


def test_the_command_says_where_the_page_is(situ, made):
    code, out, _ = situ("guide", made.root)
    assert (0, str(made.root / "private" / "guide.html")) == (code, out.strip())


def test_the_command_opens_it_when_asked(situ, made, monkeypatch):
    opened = []
    monkeypatch.setattr("typer.launch", opened.append)
    code, out, _ = situ("guide", made.root, "--open", "--json")
    assert (0, json.loads(out)["page"]) == (code, str(made.root / "private" / "guide.html"))
    assert [(made.root / "private" / "guide.html").as_uri()] == opened


def test_the_command_knows_a_block_too(situ, block, tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    code, out, _ = situ("guide", "--block", block.folder)
    assert (0, True) == (code, out.strip().endswith("mini.html"))


def test_a_block_without_a_guide_is_nothing_to_do(situ, mini_class):
    code, out, err = situ("guide", mini_class.root)
    assert (3, "", True) == (code, out, "write guide.md beside its block.toml" in err)


@pytest.mark.parametrize("arguments", [(), (".", "--block", "mini")])
def test_a_class_or_a_block_is_asked_for_and_not_both(situ, arguments):
    assert 2 == situ("guide", *arguments)[0]


def test_a_class_that_leaves_something_out_says_so_first(block):
    made = replace(block, left_out={"1.2": "no dates"}, notes={"all": ["Rows of your own."], "1.end": ["Made up."]})
    page = guide_page(made)
    places = [
        page.index(text)
        for text in ("This class", "1.2 Which", "(no dates)", "Rows of your own.", "says at its end", "Made up.")
    ]
    assert sorted(places) == places
    assert "This class" not in guide_page(block)
