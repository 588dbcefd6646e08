import json
import shutil
import zipfile

import pytest

from graders.delivery import open_delivery, pack, unpack
from graders.errors import DataError


@pytest.fixture
def delivery(mini_class):
    return mini_class.delivery


def test_a_delivery_that_travelled_gives_the_same_case(mini_class, tmp_path):
    arrived = unpack(mini_class.delivery_file, tmp_path / "cache").case("ana", "1", tmp_path / "cases")
    assert mini_class.case("ana", "01_mini").data.equals(arrived.data)


def test_two_learners_get_different_samples_and_each_always_the_same(delivery, tmp_path):
    first, again, other = (delivery.case(name, "1", tmp_path / name[:1]).data for name in ("ana", "ana", "bob"))
    assert first.equals(again)
    assert not first.equals(other)


def test_nothing_of_the_planted_truth_or_the_seed_is_delivered(mini_class):
    truth = json.loads((mini_class.root / "private" / "truth.json").read_text())
    with zipfile.ZipFile(mini_class.delivery_file) as archive:
        assert {"delivery.json", "contract.toml", "data.parquet", "case.py", "practice.py"} == set(archive.namelist())
        label = archive.read("delivery.json").decode()
    assert 7 == truth["seed"]
    assert not {"seed", "variant", "planted"} & set(json.loads(label))


def test_an_opened_case_is_not_built_again(delivery, tmp_path):
    delivery.case("ana", "1", tmp_path)
    directory = delivery.case_directory("ana", "1", tmp_path)
    (directory / "data.parquet").touch()
    before = (directory / "case.json").stat().st_mtime_ns
    delivery.case("ana", "1", tmp_path)
    assert before == (directory / "case.json").stat().st_mtime_ns


def test_a_changed_case_file_makes_a_new_case(delivery, tmp_path):
    before = delivery.case_directory("ana", "1", tmp_path)
    with (delivery.folder / "case.py").open("a") as file:
        file.write("\n# changed\n")
    assert before != open_delivery(delivery.folder).case_directory("ana", "1", tmp_path)


def test_lessons_of_one_case_file_share_their_case_and_a_lesson_with_its_own_does_not(delivery, tmp_path):
    (delivery.folder / "case_3.py").write_bytes((delivery.folder / "case.py").read_bytes())
    first, second, third = (delivery.case_directory("ana", lesson, tmp_path) for lesson in "123")
    assert first == second != third


def test_a_case_is_opened_by_the_file_that_made_it(delivery, tmp_path):
    (delivery.folder / "case_3.py").write_bytes((delivery.folder / "case.py").read_bytes())
    assert "case_3.py" == delivery.case("ana", "3", tmp_path).value("made_by")


def test_a_file_of_another_kind_says_so(tmp_path):
    file = tmp_path / "autumn.situ"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    with pytest.raises(DataError, match="got another kind of file"):
        unpack(file, tmp_path / "cache")


def test_a_damaged_file_says_so_and_leaves_nothing(mini_class, tmp_path):
    file = tmp_path / "autumn.situ"
    file.write_bytes(mini_class.delivery_file.read_bytes()[:500])
    with pytest.raises(DataError, match="got a damaged file"):
        unpack(file, tmp_path / "cache")
    assert [] == list((tmp_path / "cache").iterdir())


def test_a_folder_with_parts_missing_names_them(delivery, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(delivery.folder, folder)
    (folder / "case.py").unlink()
    with pytest.raises(DataError, match=r"without case\.py"):
        open_delivery(folder)


def test_data_of_a_later_format_ask_for_an_update(delivery):
    label = json.loads((delivery.folder / "delivery.json").read_text())
    (delivery.folder / "delivery.json").write_text(json.dumps({**label, "format": 2}))
    with pytest.raises(DataError, match="format 1, got 2"):
        open_delivery(delivery.folder)


def test_packing_twice_gives_the_same_file(delivery, tmp_path):
    pack(delivery.folder, tmp_path / "one.situ")
    pack(delivery.folder, tmp_path / "two.situ")
    assert (tmp_path / "one.situ").read_bytes() == (tmp_path / "two.situ").read_bytes()
