import json
import shutil
import stat

import pytest

from graders.errors import SituError
from instructors.classes import open_class
from instructors.making import Plan, build_sources, new_class


def test_a_class_has_what_nbgrader_needs(mini_class):
    present = {path.name for path in mini_class.root.iterdir()}
    assert {"nbgrader_config.py", "source", "gradebook.db", "exchange", "class.toml"} <= present


def test_the_gradebook_knows_the_assignments(mini_class):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{mini_class.root / 'gradebook.db'}", "autumn") as gradebook:
        assert ["01_mini"] == [assignment.name for assignment in gradebook.assignments]


@pytest.mark.parametrize("folder", ["content", "private", "source"])
def test_what_is_the_instructors_alone_is_closed_to_others(mini_class, folder):
    assert 0o700 == stat.S_IMODE((mini_class.root / folder).stat().st_mode)


def test_neither_keys_nor_truth_nor_seed_are_in_what_is_released(mini_class):
    released = "".join(path.read_text() for path in (mini_class.root / "source" / "01_mini").glob("lesson.json"))
    assert "median-not-mean" not in released
    assert str(mini_class.root) not in released
    assert not {"seed", "salt", "planted"} & set(json.loads(released))


def test_every_class_draws_a_portfolio_of_its_own(mini_content, tmp_path):
    tables = [
        new_class(tmp_path / name, Plan("mini", name, rows=120)).delivery.label.fingerprint for name in ("a", "b")
    ]
    assert tables[0] != tables[1]


def test_a_folder_in_use_is_left_as_it_is(mini_content, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SituError, match="which is in use"):
        new_class(tmp_path, Plan("mini", "autumn", rows=120))
    assert ["mine.txt"] == [path.name for path in tmp_path.iterdir()]


def test_a_class_that_fails_half_way_leaves_nothing(mini_content, tmp_path):
    broken = shutil.copytree(mini_content / "courses" / "mini", tmp_path / "courses" / "mini")
    (broken / "lessons" / "01_mini.py").write_text("# %% [markdown]\n# No question left\n")
    with pytest.raises(SituError, match="expected an answer and a solution cell"):
        new_class(tmp_path / "autumn", Plan(str(broken), "autumn", rows=120))
    assert ["courses"] == [path.name for path in tmp_path.iterdir()]


def test_an_interrupted_class_leaves_nothing(mini_content, tmp_path):
    def interrupt(text):
        if "gradebook" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        new_class(tmp_path / "autumn", Plan("mini", "autumn", rows=120), say=interrupt)
    assert [] == list(tmp_path.iterdir())


def test_a_place_that_does_not_exist_is_named(mini_content, tmp_path):
    with pytest.raises(SituError, match="nowhere to exist"):
        new_class(tmp_path / "nowhere" / "autumn", Plan("mini", "autumn"))


def test_a_folder_that_is_no_class_says_how_to_make_one(tmp_path):
    with pytest.raises(SituError, match="situ class new"):
        open_class(tmp_path)


def test_all_problems_of_the_settings_are_told_at_once(mini_class):
    (mini_class.root / "class.toml").write_text('format = 9\nclass_id = "a b"\n')
    with pytest.raises(SituError) as caught:
        open_class(mini_class.root)
    assert all(word in str(caught.value) for word in ("format", "class_id", "block", "assignments"))


def test_the_data_file_is_put_where_learners_share(mini_content, tmp_path):
    (tmp_path / "share").mkdir()
    made = new_class(tmp_path / "autumn", Plan("mini", "autumn", rows=120, share=tmp_path / "share"))
    assert (tmp_path / "share" / "autumn.situ").read_bytes() == made.delivery_file.read_bytes()
    assert [str(tmp_path / "share")] == json.loads((made.root / "source/01_mini/lesson.json").read_text())[
        "shared_places"
    ]


def test_a_contract_that_names_a_column_the_data_lack_makes_no_class(mini_content, tmp_path):
    content = shutil.copytree(mini_content, tmp_path / "content")
    contract = content / "datasets" / "tiny" / "contract.toml"
    contract.write_text(contract.read_text().replace("[columns.rate]", "[columns.interest]"))
    with pytest.raises(SituError, match="interest"):
        new_class(tmp_path / "autumn", Plan(str(content / "courses" / "mini"), "autumn", rows=120))
    assert ["content"] == [path.name for path in tmp_path.iterdir()]


def test_a_contract_that_is_silent_on_a_column_makes_no_class(mini_content, tmp_path):
    content = shutil.copytree(mini_content, tmp_path / "content")
    contract = content / "datasets" / "tiny" / "contract.toml"
    contract.write_text(contract.read_text().partition("[columns.rate]")[0])
    with pytest.raises(SituError, match="got nothing on rate"):
        new_class(tmp_path / "autumn", Plan(str(content / "courses" / "mini"), "autumn", rows=120))


def test_a_contract_edited_after_the_data_went_out_is_refused(mini_class):
    contract = mini_class.root / "content" / "datasets" / "tiny" / "contract.toml"
    contract.write_text(contract.read_text().replace("EUR", "USD"))
    with pytest.raises(SituError, match="got an edited one"):
        build_sources(mini_class)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('@practice("1.a"', '@practice("1.b"', "expected practice 1.a in practice.py, got none"),
        ('("1.rate-of-loan")', '("1.rate")', "expected decision 1.rate-of-loan in practice.py, got none"),
    ],
)
def test_an_item_that_the_block_does_not_define_is_refused_before_anything_is_written(mini_class, old, new, told):
    file = mini_class.block.folder / "practice.py"
    file.write_text(file.read_text().replace(old, new))
    shutil.rmtree(mini_class.root / "source" / "01_mini")
    with pytest.raises(SituError, match=told):
        build_sources(mini_class)
    assert [] == list((mini_class.root / "source").iterdir())


@pytest.mark.parametrize("place", ["share", "exchange"])
def test_a_shared_folder_that_is_not_there_makes_no_class(mini_content, tmp_path, place):
    with pytest.raises(SituError, match="Expected a shared folder"):
        new_class(tmp_path / "autumn", Plan("mini", "autumn", rows=120, **{place: tmp_path / "nowhere"}))
    assert [] == list(tmp_path.iterdir())
