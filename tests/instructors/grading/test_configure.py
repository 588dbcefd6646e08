import pytest
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from instructors.grading import configure


@pytest.fixture
def config(tmp_path):
    (tmp_path / "class.toml").write_text('class_id = "autumn"\n[assignments]\n')
    made = Config()
    configure(made, tmp_path)
    return made


def test_the_exchange_stands_in_the_class_folder(config, tmp_path):
    assert (str(tmp_path / "exchange"), "autumn") == (config.Exchange.root, config.CourseDirectory.course_id)


def test_another_exchange_may_be_named(tmp_path):
    (tmp_path / "class.toml").write_text('class_id = "autumn"\nexchange = "/srv/exchange"\n')
    made = Config()
    configure(made, tmp_path)
    assert "/srv/exchange" == made.Exchange.root


def test_another_gradebook_may_be_named(tmp_path):
    (tmp_path / "class.toml").write_text('class_id = "autumn"\ngradebook = "sqlite:////srv/autumn.db"\n')
    made = Config()
    configure(made, tmp_path)
    assert "sqlite:////srv/autumn.db" == made.CourseDirectory.db_url


def test_every_step_can_be_imported(config):
    for name in [*config.Autograde.sanitize_preprocessors, *config.Autograde.autograde_preprocessors]:
        assert import_item(name)


def test_answers_are_judged_before_nbgrader_saves_the_points(config):
    steps = [name.rpartition(".")[2] for name in config.Autograde.autograde_preprocessors]
    order = ["RunSubmission", "JudgeAnswers", "CleanNotebook", "SaveAutoGrades", "FlagNotJudged", "ShowNotices"]
    assert order == [step for step in steps if step in order]


def test_settings_that_cannot_be_read_end_nbgrader_instead_of_grading_without_us(tmp_path):
    with pytest.raises(SystemExit, match="expected the settings of a class"):
        configure(Config(), tmp_path)
