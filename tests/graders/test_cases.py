"""A case on disk, made by several processes at once."""

from concurrent.futures import ThreadPoolExecutor

from graders.cases import VALUES, is_case


def test_a_case_made_by_many_at_once_is_whole_and_one(mini_class, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: mini_class.delivery.case("ana", "1", tmp_path / "cases"), range(8)))
    assert all(case.data.equals(made[0].data) for case in made)
    assert 1 == len(list((tmp_path / "cases").iterdir()))


def test_the_first_of_two_equal_cases_stays(mini_class, tmp_path):
    delivery, cases = mini_class.delivery, tmp_path / "cases"
    directory = delivery.ready_case("ana", "1", cases)
    before = (directory / VALUES).stat().st_ino
    delivery._build("ana", "1", directory)
    assert before == (directory / VALUES).stat().st_ino


def test_a_folder_that_holds_no_case_gives_way_to_one(mini_class, tmp_path):
    directory = mini_class.delivery.case_directory("ana", "1", tmp_path)
    directory.mkdir(parents=True)
    (directory / "half.npy").write_text("left by an earlier version")
    mini_class.delivery.ready_case("ana", "1", tmp_path)
    assert (True, False) == (is_case(directory), (directory / "half.npy").exists())


def test_a_case_is_known_once_it_is_made(mini_class):
    before = mini_class.known_case("ana", "01_mini")
    made = mini_class.case_directory("ana", "01_mini")
    assert (None, made) == (before, mini_class.known_case("ana", "01_mini"))
