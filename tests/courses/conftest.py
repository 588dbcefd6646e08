"""One learner's case of a lesson, built once for all tests of the courses."""

from functools import cache
from pathlib import Path

import pytest

from graders.content import load_module
from graders.contract import fingerprint, read_contract
from graders.delivery import Sampler
from graders.sampling import learner_key
from instructors.content import dataset_folder, read_block

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def case_of(tmp_path_factory):
    @cache
    def sampler(name):
        block = read_block(ROOT / "courses" / name)
        folder = dataset_folder(block.settings.dataset, block)
        table = load_module(folder / "generate.py").generate(seed=5).table
        contract = folder / "contract.toml"
        return block, Sampler.of(table, block.folder, contract), fingerprint(table, read_contract(contract))

    @cache
    def make(name, lesson, learner="ana"):
        block, sampled, mark = sampler(name)
        place = tmp_path_factory.mktemp(name) / learner
        return sampled.case(learner_key("courses", learner, mark), lesson, block.settings.sample_rows, place)

    return make
