"""Making a class: a block, a portfolio drawn for it or a company's own, nbgrader's folders and gradebook.

Owns the order of the steps, and that a class is made whole or not at all; the layout is that of `instructors.classes`. A class on
a company's own portfolio is made by `instructors.company.making`, out of the same steps.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from graders.cases import learner_files, lesson_file
from graders.content import load_module
from graders.contract import Contract, check_table, fingerprint, read_contract
from graders.delivery import SUFFIX, Label, pack, write_label
from graders.errors import ClassError, ContentError, DataError
from graders.expectations import Memo
from graders.keys import Key
from graders.lesson import Criterion, Lesson, Question, write_lesson
from graders.practice import decisions_of, practice_of
from instructors.build import build_notebook
from instructors.card import block_outline, class_parts
from instructors.classes import SETTINGS, Class, open_class
from instructors.content import PORTFOLIO_ROWS, Block, LessonEntry, dataset_folder, find_block, read_block
from instructors.guide import write_guide
from instructors.markers import cells_of
from instructors.rubric import Rubric, rubric_of
from instructors.sources import lesson_source

REFERENCE_LEARNER = "situ-reference"

_CONFIG = '''"""nbgrader's settings of this class; Situ's part plugs in by one call. Your own settings may follow it."""

from pathlib import Path

from instructors.grading import configure

c = get_config()  # noqa: F821  # nbgrader provides it
configure(c, Path(__file__).parent)
'''

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new class is made of.

    Attributes
    ----------
    block
        A block's name, or the path of its folder.
    class_id
        nbgrader's course id.
    seed
        Of the portfolio; random and secret unless given.
    variant
        Which of the dataset's planted variants.
    exchange
        nbgrader's exchange; None keeps it inside the class folder.
    share
        A folder all learners can read, where the class's data file is put too; None where they get it by hand.
    rows
        Of the portfolio.
    lessons
        Ids of the lessons the class has; all of the block's unless named.
    """

    block: str
    class_id: str
    seed: int | None = None
    variant: int = 0
    exchange: Path | None = None
    share: Path | None = None
    rows: int = PORTFOLIO_ROWS
    lessons: tuple[str, ...] = ()


Fill = Callable[[Path, Plan, Block, Say], None]


def new_class(root: Path, plan: Plan, say: Say = lambda _: None, fill: Fill | None = None) -> Class:
    """Make a class folder, whole or not at all.

    Parameters
    ----------
    root
        Must not exist yet, or be empty.
    plan
        What to make.
    say
        Told each step before it starts.
    fill
        Fills the folder; with a portfolio that the dataset's generator draws unless given.

    Raises
    ------
    SituError
        When the block, the dataset or the folder is not what it should be.
    """
    block = find_block(plan.block)
    _lessons(plan, block)  # an unknown lesson is told before anything is made
    _check_target(root)
    for place in (plan.share, plan.exchange):
        if place is not None:
            _check_shared(place)
    try:
        unfinished = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    except OSError as error:
        raise ClassError(f"Expected to make a folder in {root.parent}, got: {error}. Choose another place.") from error
    try:
        (fill or _fill)(unfinished, plan, block, say)
        if plan.share:
            shutil.copy(open_class(unfinished).delivery_file, plan.share)
        if root.is_dir():
            root.rmdir()
        unfinished.rename(root)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return open_class(root)


def build_sources(made: Class, share: Path | None = None) -> list[str]:
    """Write nbgrader's source folder and the instructor's guide from the class's own content; return the assignments.

    All of it is made before the first file is written, so that nothing half new is left.

    Raises
    ------
    ClassError
        When the contract in the class's content is not the one its data were delivered with.
    ContentError
        When a lesson is not what it should be.
    """
    contract = made.root / "content" / "datasets" / made.settings.dataset / "contract.toml"
    if contract.read_bytes() != (made.delivery.folder / "contract.toml").read_bytes():
        raise ClassError(
            f"Expected {contract} as it was when the class was made, got an edited one: learners have the data by the old one. "
            "Put it back, or make a new class."
        )
    label = made.delivery.label
    outline, built = block_outline(made.block, made.settings.assignments), []
    for assignment, lesson_id in made.settings.assignments.items():
        entry, keys = made.block.lesson(lesson_id), made.block.keys(lesson_id)
        parts = class_parts(made.block, lesson_id)
        source, rubric = lesson_source(made.block, lesson_id), rubric_of(made.block, lesson_id)
        notebook = build_notebook(source, entry, keys, made.block.name, rubric)
        _check_items(source, made.block, entry)
        case = made.case(REFERENCE_LEARNER, assignment)
        lesson = Lesson(
            folder=made.root / "source" / assignment,
            id=lesson_id,
            block=made.block.name,
            class_id=label.class_id,
            fingerprint=label.fingerprint,
            shared_places=(str(share.resolve()),) if share else (),
            questions={id_: _question(key, case, rubric) for id_, key in keys.items()},
            title=entry.title,
            minutes=sum(part.minutes for part in parts),
            parts=parts,
            outline=outline,
        )
        built.append((lesson, notebook))
    for lesson, notebook in built:
        lesson.folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, lesson.folder / f"{lesson.folder.name}.ipynb")
        write_lesson(lesson)
    write_guide(made)
    return list(made.settings.assignments)


def _question(key: Key, case: Any, rubric: Rubric | None) -> Question:
    """Return a question as learners get it: made with no learner's answers, whatever it follows."""
    expectation = key.expect(case)
    if rubric is None or rubric.question != key.question:
        return Question(key.question, key.title, key.points, expectation.form)
    if not isinstance(expectation, Memo):
        raise ContentError(
            f"Question {key.question}: expected a Memo, as it has a rubric, got a {type(expectation).__name__}. "
            "Change the key, or take the rubric away."
        )
    criteria = tuple(Criterion(one.id, one.title, one.points) for one in rubric.criteria)
    return Question(key.question, key.title, key.points, expectation.form, criteria)


def _check_items(source: NotebookNode, block: Block, entry: LessonEntry) -> None:
    """Refuse a lesson with a practice item or a decision that the block does not define: its form would never open."""
    asked = {part: [item for item, _cell in cells_of(source, part)] for part in ("practice", "decision")}
    if not any(asked.values()):
        return
    file = lesson_file(block.folder, "practice", entry.id)
    module = load_module(file)
    known = {"practice": set(practice_of(module)), "decision": set(decisions_of(module))}
    problems = [
        f"{entry.file}.py: expected {part} {item} in {file.name}, got none. Write it there, or correct the cell's title."
        for part, items in asked.items()
        for item in items
        if item not in known[part]
    ]
    if problems:
        raise ContentError("\n".join(problems))


def _check_target(root: Path) -> None:
    parent = root.parent
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ClassError(
            f"Expected a new or empty folder, got {root}, which is in use. Choose another, or move it away."
        )
    if not parent.is_dir():
        raise ClassError(f"Expected the folder {parent} to exist, got none. Make it first, or choose another place.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise ClassError(
            f"Expected the right to write in {parent}, got none. Choose another place, or ask for the right."
        )


def _check_shared(place: Path) -> None:
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise ClassError(
            f"Expected a shared folder that you can write in, got {place}. Make it first, or name another one."
        )


def _fill(root: Path, plan: Plan, block: Block, say: Say) -> None:
    dataset = dataset_folder(block.settings.dataset, block)
    say(f"Copying the block {block.name}")
    copied = copy_content(root, block)
    for name in ("contract.toml", "generate.py"):  # with its generator, a class can prove its own keys
        shutil.copyfile(dataset / name, dataset_of(root, block) / name)
    say(f"Drawing a portfolio of {plan.rows:,} rows")
    _draw_portfolio(root, plan, copied, dataset)
    write_settings(root, plan, block, _lessons(plan, block))
    finish(root, plan, say)


def finish(root: Path, plan: Plan, say: Say) -> Class:
    """Write the lessons and the gradebook of a class whose content, data and settings are there; return it."""
    say("Fitting the reference case and writing the lessons")
    made = open_class(root)
    build_sources(made, plan.share)
    say("Making the gradebook")
    _make_gradebook(made)
    return made


def dataset_of(root: Path, block: Block) -> Path:
    """Return the folder of the dataset in a class's own content."""
    return root / "content" / "datasets" / block.settings.dataset


def copy_content(root: Path, block: Block) -> Block:
    """Copy a block into a class, make the folders that are the instructor's alone, and return the copy."""
    target = root / "content" / "courses" / block.name
    shutil.copytree(block.folder, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    dataset_of(root, block).mkdir(parents=True)
    for private in ("content", "private", "source"):  # solutions, keys and the planted truth: the instructor's alone
        (root / private).mkdir(exist_ok=True)
        (root / private).chmod(0o700)
    return read_block(target)


def _draw_portfolio(root: Path, plan: Plan, block: Block, dataset: Path) -> None:
    seed = secrets.randbits(63) if plan.seed is None else plan.seed
    contract = read_contract(dataset / "contract.toml")
    portfolio = load_module(dataset / "generate.py").generate(rows=plan.rows, seed=seed, variant=plan.variant)
    check_table(portfolio.table, contract)
    _check_described(portfolio.table, contract, dataset / "contract.toml")
    truth = json.dumps({"seed": seed, "variant": plan.variant, **portfolio.truth}, indent=1)
    (root / "private" / "truth.json").write_text(truth, encoding="utf-8")
    deliver(root, plan, block, portfolio.table, block.settings.sample_rows)


def deliver(root: Path, plan: Plan, block: Block, table: pd.DataFrame, sample_rows: int) -> None:
    """Pack what learners get: the table, the contract that stands in the class's content, the block's learner files.

    Parameters
    ----------
    root, plan, block
        Of the class; the block is its own copy.
    table
        One that keeps to the contract.
    sample_rows
        Rows each learner draws.
    """
    folder = root / "private" / "delivery"
    folder.mkdir(parents=True)
    table.to_parquet(folder / "data.parquet", index=False)
    shutil.copyfile(dataset_of(root, block) / "contract.toml", folder / "contract.toml")
    for file in learner_files(block.folder):
        shutil.copyfile(file, folder / file.name)
    mark = fingerprint(table, read_contract(folder / "contract.toml"))
    write_label(folder, Label(plan.class_id, block.name, secrets.token_hex(16), mark, sample_rows))
    (root / "delivery").mkdir()
    pack(folder, root / "delivery" / (plan.class_id + SUFFIX))


def _check_described(table: pd.DataFrame, contract: Contract, file: Path) -> None:
    """Refuse a contract that says nothing of a column we generate ourselves: it was cut short."""
    missing = [column for column in table.columns if column not in contract.columns]
    if missing:
        raise DataError(
            f"{file}: expected every column described, got nothing on {', '.join(missing)}. Describe them again."
        )


def write_settings(
    root: Path, plan: Plan, block: Block, lessons: Iterable[LessonEntry], further: Iterable[str] = ()
) -> None:
    """Write ``class.toml`` and nbgrader's configuration; `further` are lines behind all others."""
    lines = [
        "# This class. nbgrader's settings are in nbgrader_config.py, the block's content and keys in content/.",
        "format = 1",
        f"class_id = {json.dumps(plan.class_id)}",
        f"block = {json.dumps(block.name)}",
        f"dataset = {json.dumps(block.settings.dataset)}",
    ]
    if plan.exchange:
        lines.append(f"exchange = {json.dumps(str(plan.exchange.resolve()))}")
    lines += ["", "[assignments]  # nbgrader's assignment = lesson of the block"]
    lines += [f"{json.dumps(entry.file)} = {json.dumps(entry.id)}" for entry in lessons]
    (root / SETTINGS).write_text("\n".join([*lines, *further]) + "\n", encoding="utf-8")
    (root / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")


def _lessons(plan: Plan, block: Block) -> list[LessonEntry]:
    """Return the lessons of the plan, in the block's order."""
    asked = {block.lesson(lesson).id for lesson in plan.lessons}
    return [entry for entry in block.settings.lessons if not asked or entry.id in asked]


def _make_gradebook(made: Class) -> None:
    from nbgrader.api import Gradebook  # slow to import, and only makers of classes need it

    from instructors.nbgrader_command import put_tools_on_path

    put_tools_on_path()
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        for assignment in made.settings.assignments:
            gradebook.update_or_create_assignment(assignment)
    if not made.settings.exchange:
        made.exchange.mkdir()
        made.exchange.chmod(0o777)  # nbgrader's own requirement for an exchange
