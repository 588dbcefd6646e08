import pytest

from graders.errors import LearnerError
from graders.identity import checked_id, learner, save_learner


@pytest.fixture(autouse=True)
def a_machine_that_knows_nobody(monkeypatch, tmp_path):
    for name in ("SITU_LEARNER", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SITU_CONFIG", str(tmp_path))


def nobody(_):
    raise AssertionError("asked although the answer was known")


def test_the_graders_word_comes_before_all_others(monkeypatch):
    monkeypatch.setenv("SITU_LEARNER", "handed-in")
    monkeypatch.setenv("JUPYTERHUB_USER", "hub-user")
    save_learner("saved")
    assert "handed-in" == learner(nobody)


def test_the_hub_knows_its_user(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "hub-user")
    assert "hub-user" == learner(nobody)


def test_one_question_is_asked_once():
    assert "ana" == learner(lambda _: " ana ")
    assert "ana" == learner(nobody)


def test_without_anybody_to_ask_the_way_out_is_named():
    def closed(_):
        raise EOFError

    with pytest.raises(LearnerError, match="sign_in"):
        learner(closed)


@pytest.mark.parametrize("text", ["", "a b", "../ana", "ana+1", "-ana", "a" * 65, "ana\nbob"])
def test_an_id_that_a_folder_cannot_bear_is_refused(text):
    with pytest.raises(LearnerError, match="Expected an id"):
        checked_id(text)
