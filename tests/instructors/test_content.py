import pytest

from graders.errors import ContentError
from instructors.content import find_block, read_block


def test_an_unknown_block_lists_those_there_are(mini_content):
    with pytest.raises(ContentError, match="Expected a block among mini, got 'sales'"):
        find_block("sales")


def test_a_block_is_found_by_its_folder(mini_content):
    assert "mini" == find_block(str(mini_content / "courses" / "mini")).name


def test_all_problems_of_a_block_file_are_told_at_once(tmp_path):
    (tmp_path / "block.toml").write_text('title = 3\nrole = "x"\nlevel = 9\nweeks = 2\nlessons = []\n')
    with pytest.raises(ContentError) as caught:
        read_block(tmp_path)
    assert all(
        word in str(caught.value) for word in ("title", "level", "dataset", "sample_rows", "lessons", "competencies")
    )


def test_a_block_file_that_is_no_toml_names_the_line(tmp_path):
    (tmp_path / "block.toml").write_text("title = \n")
    with pytest.raises(ContentError, match="line 1"):
        read_block(tmp_path)


def test_a_lesson_that_is_not_there_lists_those_that_are(mini_content):
    with pytest.raises(ContentError, match="expected a lesson among 1, got '7'"):
        find_block("mini").lesson("7")


def test_two_files_with_a_key_for_one_question_are_refused(mini_class):
    keys = mini_class.block.folder / "keys"
    (keys / "more.py").write_text((keys / "lesson1.py").read_text())
    with pytest.raises(ContentError, match=r"question 1\.1 has a key in another file too"):
        mini_class.block.keys("1")


def test_a_key_of_a_lesson_the_block_does_not_name_is_refused(mini_class):
    file = mini_class.block.folder / "keys" / "lesson1.py"
    file.write_text(file.read_text().replace('"1.2"', '"4.2"'))
    with pytest.raises(ContentError, match="expected a lesson among 1, got '4'"):
        mini_class.block.keys("1")


def test_a_key_that_follows_a_question_without_one_is_refused(mini_class):
    file = mini_class.block.folder / "keys" / "lesson1.py"
    file.write_text(file.read_text().replace('key("1.4", points=2', 'key("1.8", follows=("1.7",), points=2'))
    file.write_text(file.read_text().replace("def memo(case)", "def memo(case, earlier)"))
    with pytest.raises(ContentError, match=r"expected a key for what question 1\.8 follows, got none for 1\.7"):
        mini_class.block.keys("1")
