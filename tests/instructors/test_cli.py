import json

import pytest


@pytest.fixture
def situ(command, mini_content):
    return command


def test_a_class_is_made_by_one_command(situ, tmp_path):
    code, out, _ = situ("class", "new", tmp_path / "autumn", "--block", "mini", "--json")
    assert 0 == code
    assert ["01_mini"] == json.loads(out)["assignments"]


def test_an_unknown_block_is_bad_usage(situ, tmp_path):
    code, _, err = situ("class", "new", tmp_path / "autumn", "--block", "sales")
    assert (2, True) == (code, "Expected a block among mini, got 'sales'" in err)


def test_an_unknown_option_is_bad_usage(situ):
    assert 2 == situ("prove", "mini", "--learnrs", "3")[0]


def test_a_folder_that_is_no_class_is_bad_usage(situ, tmp_path):
    assert 2 == situ("report", tmp_path, "01_mini")[0]


def test_a_report_before_grading_has_nothing_to_do(situ, mini_class):
    code, _, err = situ("report", mini_class.root, "01_mini")
    assert (3, True) == (code, "nbgrader autograde 01_mini" in err)


def test_a_report_on_an_unknown_assignment_lists_those_there_are(situ, mini_class):
    code, _, err = situ("report", mini_class.root, "02_more")
    assert (2, True) == (code, "among 01_mini" in err)


def test_the_proof_is_one_json_object(situ):
    code, out, _ = situ("prove", "mini", "--learners", 2, "--redraws", 1, "--json")
    assert 0 == code
    assert 0 == json.loads(out)["wrong_marks"]


def test_an_interrupt_ends_with_its_own_code(situ, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("instructors.content.find_block", interrupt)
    code, _, err = situ("prove", "mini")
    assert (130, True) == (code, "nothing half-written" in err)


def test_a_desk_is_a_learners_or_the_instructors(situ, mini_class):
    assert 2 == situ("lab", mini_class.root, "--as", "ana", "--instructor")[0]


def test_a_demo_never_replaces_anything_but_a_demo(situ, mini_class):
    code, _, err = situ("demo", mini_class.root, "--replace")
    assert (2, True) == (code, "got another class" in err)
    assert (mini_class.root / "class.toml").is_file()


def test_a_demo_without_leave_to_replace_keeps_what_is_there(situ, mini_class):
    assert 2 == situ("demo", mini_class.root)[0]
