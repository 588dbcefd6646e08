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
    steps = [*config.Autograde.sanitize_preprocessors, *config.Autograde.autograde_preprocessors]
    for name in [*steps, *config.GenerateFeedback.preprocessors]:
        assert import_item(name)


def test_answers_are_judged_before_nbgrader_saves_the_points(config):
    steps = [name.rpartition(".")[2] for name in config.Autograde.autograde_preprocessors]
    order = ["RunSubmission", "JudgeAnswers", "CleanNotebook", "SaveAutoGrades", "FlagNotJudged", "FlagCriteria"]
    assert order == [step for step in steps if step in order]


def test_settings_that_cannot_be_read_end_nbgrader_instead_of_grading_without_us(tmp_path):
    with pytest.raises(SystemExit, match="expected the settings of a class"):
        configure(Config(), tmp_path)


def test_solutions_are_taken_out_before_nbgrader_saves_the_cells(config):
    steps = [name.rpartition(".")[2] for name in config.GenerateAssignment.preprocessors]
    assert steps.index("TakeOutSolutions") < steps.index("SaveCells")
    assert all(import_item(name) for name in config.GenerateAssignment.preprocessors)


def test_all_of_nbgraders_own_steps_of_generating_stay_in_their_order(config):
    from nbgrader.converters import GenerateAssignment

    ours = [name.rpartition(".")[2] for name in config.GenerateAssignment.preprocessors]
    own = [step.__name__ for step in GenerateAssignment().preprocessors]
    assert own == [name for name in ours if name != "TakeOutSolutions"]


def test_all_of_nbgraders_own_steps_of_feedback_stay_in_their_order(config):
    from nbgrader.converters import GenerateFeedback

    ours = [name.rpartition(".")[2] for name in config.GenerateFeedback.preprocessors]
    assert [step.__name__ for step in GenerateFeedback().preprocessors] == [
        name for name in ours if name not in {"TellMarks", "GatherFeedback"}
    ]


def test_a_file_in_the_source_folder_never_replaces_a_learners_answers(tmp_path):
    (tmp_path / "class.toml").write_text('class_id = "autumn"\n[assignments]\n01_demo = "1"\n')
    made = Config()
    configure(made, tmp_path)
    assert {"01_demo": ["answers.json"]} == made.Autograde.exclude_overwriting


def test_collect_and_autograde_are_ours_where_nbgraders_own_follow_links(config):
    assert import_item(config.ExchangeFactory.collect).__name__ == "CollectSubmissions"
    assert "pre_convert_hook" not in config.Autograde  # nbgrader goes on when it raises
