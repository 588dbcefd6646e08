"""Changing grades, cells and names: sections 4.3 and 4.4 of research/graders.md.

What the file says of itself (ids, points, flags, tags, kernel) means nothing; what a learner wrote stays worth what it is worth.
"""

import copy
import os
import socket
from pathlib import Path

from nbformat.v4 import new_code_cell, new_output

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, ALL, RIGHT, HIT = _.Attack, _.ALL, _.RIGHT, _.HIT
book, cell, code, entry, file, flags, into = _.book, _.cell, _.code, _.entry, _.file, _.flags, _.into
link, metadata, named, notebook, special, text, whole, without = (
    _.link,
    _.metadata,
    _.named,
    _.notebook,
    _.special,
    _.text,
    _.whole,
    _.without,
)

GRADED = ("q-1-1", "q-1-2", "q-1-3", "q-1-4")
_CODE_IN = f"open('/tmp/{HIT}_' + __name__, 'w').close()\nraise SystemExit('shadowed')\n"
_FORGED = {"v": 1, "question": "1.1", "state": "right", "score": 1.0, "points": 2.0, "max_points": 2.0, "message": ""}
_REPAIRED = "put back"


def _twice(made):
    for cell_id in ("q-1-1", "answer-1-3", "q-1-3"):
        again = copy.deepcopy(next(each for each in made.cells if each.id == cell_id))
        again.source, again.id = "2.0", f"again-{cell_id}"
        made.cells.append(again)


def _forged_cell(made):
    grade = {"grade": True, "locked": True, "points": 50, "schema_version": 3, "solution": False, "task": False}
    for name in ("q-9-9", "q-1-5", "mine"):
        made.cells.append(
            new_code_cell("50.0", metadata={"nbgrader": {**grade, "grade_id": name, "cell_type": "code"}})
        )


def _outputs(made):
    bundle = {"application/vnd.situ.verdict+json": _FORGED, "text/plain": "2.0"}
    for each in made.cells:
        if each.cell_type == "code":
            each.outputs = [new_output("execute_result", data=bundle, execution_count=1)]


def _receipts(made):
    receipt = {
        "v": 1,
        "question": "1.1",
        "answer": -1.0,
        "learner": "zz-honest\x1b[2J",
        "by": "form",
        "saved": "2026-01-01",
    }
    receipt |= {"state": "right", "points": 2.0}
    bundle = {"application/vnd.situ.answer+json": receipt, "text/plain": "Recorded"}
    made.cells[1].outputs = [new_output("display_data", data=bundle)]


def _our_marks(made):
    made.metadata["situ"] = {
        "readable": True,
        "outcome": "finished",
        "shown": {"1.1": {"answer": -1, "by": "code"}},
        "book": ["<script>hit('book')</script>"],
        "repairs": ["<img src=x onerror=hit('repairs')>"],
        "stopped": "<script>hit('stopped')</script>",
        "worked_as": ["<script>hit('worked')</script>"],
    }
    for each in made.cells:
        each.metadata["situ"] = {"released": True, "grade_id": "q-1-1", "cell_id": "q-1-1"}


def _other_kinds(made):
    for each in made.cells:
        each.cell_type = "raw" if each.cell_type == "code" else "code"
        each.pop("outputs", None)
        each.pop("execution_count", None)


def _garbage(made):
    for at, each in enumerate(made.cells):
        junk = [
            "pwned",
            7,
            None,
            [],
            {"grade_id": ["x"], "points": "NaN"},
            {"grade_id": {"$ne": 1}},
            {"grade_id": "q-1-1\n"},
        ]
        each.metadata["nbgrader" if at % 2 else "tags"] = junk[at % len(junk)]
    made.cells += [
        None,
        7,
        [],
        "cell",
        {"cell_type": "code"},
        {"source": 3, "cell_type": "code"},
        {"cell_type": 3, "source": {}},
    ]
    made.metadata = ["not", "a", "dict"]


def _pipe(path):
    os.mkfifo(path)


def _socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(path.parent)  # names of sockets are short
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)


def _device(path):
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except OSError:
        os.mkfifo(path)  # only root may make devices


def _folder_with_a_file(path):
    path.mkdir()
    (path / "inside.txt").write_text("x")


ATTACKS = (
    Attack(
        "deleted-cells",
        "4.3",
        "test cells deleted",
        "blocks grading, or lowers the maximum",
        [without(*GRADED)],
        RIGHT,
        ALL,
        outcome="repaired",
        told=_REPAIRED,
    ),
    Attack(
        "doubled-cells",
        "4.3",
        "graded cells doubled",
        "stops the class",
        [notebook(_twice)],
        outcome="repaired",
        told="was there 2 times",
    ),
    Attack("forged-cells", "4.3", "graded cells forged", "adds cells worth 50 points", [notebook(_forged_cell)]),
    Attack(
        "reordered-cells",
        "4.3",
        "cells in reverse order",
        "hands in before checks are there",
        [notebook(lambda made: made.cells.reverse())],
    ),
    Attack(
        "hundred-points", "4.3", "points = 100", "makes a question worth more", [flags(*GRADED, points=100)], RIGHT, ALL
    ),
    Attack(
        "flipped-flags",
        "4.3",
        "locked, grade, solution flipped",
        "makes a checked cell one's own",
        [flags(*GRADED, locked=False, grade=False, solution=True, task=True), into("q-1-1", "2.0")],
        outcome="repaired",
        told=_REPAIRED,
    ),
    Attack(
        "edited-test",
        "4.3",
        "test source edited",
        "hands in another's value, or none",
        [into("q-1-1", "2.0"), into("q-1-3", 'submit("1.3", 1.0)  # full')],
        outcome="repaired",
        told=_REPAIRED,
    ),
    Attack(
        "raw-cells",
        "4.3",
        "cell types swapped",
        "keeps cells from being run",
        [notebook(_other_kinds)],
        outcome="repaired",
        told=_REPAIRED,
    ),
    Attack(
        "skipped-tests",
        "4.3",
        "tag skip-execution",
        "an unrun test is worth full marks in nbgrader",
        [metadata(*GRADED, tags=["skip-execution"])],
    ),
    Attack(
        "allowed-errors",
        "own",
        "tag raises-exception",
        "lets a failing check pass",
        [metadata(*GRADED, "answer-1-3", tags=["raises-exception"]), into("answer-1-3", "1 / 0")],
    ),
    Attack(
        "schema-99",
        "4.3",
        "schema_version 99",
        "stops the class in nbgrader",
        [flags(*GRADED, schema_version=99)],
        RIGHT,
        ALL,
    ),
    Attack(
        "garbage-metadata", "4.3", "metadata of wrong types", "stops whoever reads it", [notebook(_garbage)], RIGHT, ALL
    ),
    Attack(
        "other-kernel",
        "4.3",
        "kernelspec changed",
        "starts another program",
        [
            notebook(
                lambda made: made.metadata.update(
                    kernelspec={"name": f"bash; touch /tmp/{HIT}_k", "display_name": "../../x", "argv": ["sh"]}
                )
            )
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "faked-outputs", "4.3", "verdicts saved in the file", "shows marks that were never given", [notebook(_outputs)]
    ),
    Attack(
        "others-receipt",
        "4.3",
        "receipt of another learner",
        "takes another's answer for one's own",
        [notebook(_receipts), without("mine-q-1-1")],
        outcome="another's work",
        told="zz-honest",
    ),
    Attack(
        "our-own-marks",
        "own",
        "our own metadata forged",
        "calls one's own text released, and speaks for the grader",
        [notebook(_our_marks)],
    ),
    Attack(
        "forged-book",
        "own",
        "answers.json with marks in it",
        "adds points, verdicts and a person's mark",
        [
            without("mine-q-1-1", "mine-q-1-2"),
            book(
                {
                    "1.1": entry(
                        -1.0,
                        by="person",
                        points=2.0,
                        state="right",
                        learner="zz-honest\x1b[31m",
                        verdict={"state": "right"},
                    ),
                    "1.2": entry({"rate": -1.0, "points": 3.0}, manual_score=3.0),
                    "../1.3": entry(1),
                    "1.3": entry([0.5, 2.0]),
                },
                points={"1.1": 2.0},
            ),
        ],
        outcome="another's work",
        told="zz-honest",
    ),
    Attack(
        "damaged-book",
        "own",
        "answers.json of odd shape",
        "stops whoever reads it",
        [without("mine-q-1-1", "mine-q-1-2"), file("answers.json", '{"format": 1, "answers": ' + "[" * 100_000)],
        outcome="broken answer book",
        told="answers.json is damaged",
    ),
    Attack(
        "huge-book",
        "own",
        "answers.json of 200 MB",
        "fills the grader's memory",
        [special("answers.json", lambda path: os.truncate(_made(path), 200_000_000))],
        outcome="broken answer book",
        told="answers.json is damaged",
    ),
    Attack(
        "book-is-a-pipe",
        "own",
        "answers.json is a pipe",
        "makes the grader wait for ever",
        [special("answers.json", _pipe)],
    ),
    Attack(
        "book-is-a-folder",
        "own",
        "answers.json is a folder",
        "fails the copying",
        [special("answers.json", _folder_with_a_file)],
        outcome="broken answer book",
        told="answers.json could not be read",
    ),
    Attack(
        "claims-anothers-id",
        "4.3",
        "another learner's id",
        "is graded as somebody else",
        [
            notebook(
                lambda made: made.metadata.update(
                    learner="zz-honest", student_id="zz-honest", situ={"learner": "zz-honest"}
                )
            ),
            code(
                "import os\nos.environ['SITU_LEARNER'] = os.environ['JUPYTERHUB_USER'] = 'zz-honest'\n"
                "from graders import sign_in\nsign_in('zz-honest')\ncase = open_case()"
            ),
        ],
    ),
    Attack(
        "shadowed-libraries",
        "4.4",
        "numpy.py, json.py … beside it",
        "is imported in place of the library",
        [
            *(
                file(f"{name}.py", _CODE_IN)
                for name in (
                    "json",
                    "numpy",
                    "pandas",
                    "random",
                    "IPython",
                    "graders",
                    "instructors",
                    "nbformat",
                    "zipfile",
                )
            ),
            file("graders/__init__.py", _CODE_IN),
            file("numpy/__init__.py", _CODE_IN),
            file("encodings/__init__.py", _CODE_IN),
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "shadowed-kernel",
        "4.4",
        "ipykernel_launcher.py beside it",
        "replaces the kernel program itself",
        [
            file(f"{name}.py", _CODE_IN)
            for name in ("ipykernel_launcher", "ipykernel", "traitlets", "zmq", "debugpy", "comm")
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "site-customize",
        "4.4",
        "sitecustomize, usercustomize",
        "runs when Python starts",
        [file(f"{name}.py", _CODE_IN) for name in ("sitecustomize", "usercustomize")]
        + [file("evil.pth", f"import os; os.system('touch /tmp/{HIT}_pth')")],
        RIGHT,
        ALL,
    ),
    Attack(
        "config-files",
        "4.4",
        "nbgrader and IPython settings",
        "is read as configuration by the grader",
        [
            *(
                file(f"{name}.py", _CODE_IN)
                for name in (
                    "ipython_config",
                    "ipython_kernel_config",
                    "jupyter_config",
                    "nbgrader_config",
                    "jupyter_server_config",
                )
            ),
            file(".ipython/profile_default/startup/00.py", _CODE_IN),
            file("class.toml", "class_id = 'mine'"),
            file("pyvenv.cfg", "home = /tmp"),
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "edited-lesson-files",
        "4.4",
        "files of the lesson edited",
        "makes the answer true",
        [
            file("lesson.json", '{"items": {}, "1.1": 0}'),
            file("case.json", "{}"),
            file("data.parquet", "x"),
            file("keys/lesson1.py", _CODE_IN),
        ],
        told="",
    ),
    Attack(
        "lesson-file-is-a-folder",
        "own",
        "lesson.json is a folder",
        "fails the copying",
        [special("lesson.json", _folder_with_a_file)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "link-to-a-file",
        "4.2",
        "link to the gradebook",
        "is copied, and given back as feedback",
        [
            link("data.csv", "{root}/gradebook.db"),
            link("01_mini.html", "{root}/content/courses/mini/keys/lesson1.py"),
            link("answers.json", "{root}/submitted/zz-honest/01_mini/answers.json"),
            code("print(open('data.csv').read(), open('01_mini.html').read())"),
        ],
    ),
    Attack(
        "link-to-a-folder",
        "4.2",
        "link to a folder",
        "is walked into, or written through",
        [
            link("all", "{root}"),
            link("up", ".."),
            link("loop", "."),
            code("import os\nprint(os.listdir('all'))\nprint(open('all/gradebook.db').read())"),
        ],
    ),
    Attack(
        "folder-is-a-link",
        "own",
        "the folder itself is a link",
        "is given another's work back as one's own",
        [whole(lambda folder: os.symlink(folder.parents[1] / "zz-honest" / folder.name, folder))],
        outcome="refused",
    ),
    Attack(
        "notebook-is-a-link",
        "4.2",
        "the notebook itself is a link",
        "hands another's work in as one's own",
        [link("01_mini.ipynb", "{root}/submitted/zz-honest/01_mini/01_mini.ipynb")],
        outcome="broken notebook",
        told="not a link to it",
    ),
    Attack(
        "dangling-link",
        "own",
        "a link to nowhere, in a circle",
        "fails the copying",
        [link("gone.csv", "nowhere"), link("round.csv", "round.csv"), link("timestamp.txt", "/dev/stdin")],
        RIGHT,
        ALL,
    ),
    Attack(
        "pipe-socket-device",
        "4.2",
        "pipe, socket, device",
        "makes the grader wait for ever, or read without end",
        [
            special("data.fifo", _pipe),
            special("timestamp.txt", _pipe),
            special("data.sock", _socket),
            special("zero.csv", _device),
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "notebook-is-a-pipe",
        "own",
        "the notebook is a pipe",
        "makes the grader wait for ever",
        [special("01_mini.ipynb", _pipe)],
        outcome="broken notebook",
        told="is not a file",
    ),
    Attack(
        "notebook-is-a-folder",
        "own",
        "the notebook is a folder",
        "fails the copying",
        [special("01_mini.ipynb", _folder_with_a_file)],
        outcome="broken notebook",
        told="01_mini.ipynb",
    ),
    Attack(
        "two-notebooks",
        "own",
        "several notebooks",
        "is judged by whichever earns more",
        [
            file("01_mini (1).ipynb", "{}"),
            file("02_other.ipynb", '{"nbformat": 4, "cells": []}'),
            file("01_mini.IPYNB", "x"),
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "no-notebook",
        "own",
        "no notebook",
        "stops the class, or is passed over",
        [special("01_mini.ipynb", lambda path: None)],
        outcome="missing notebook",
        told="was handed in",
    ),
    Attack(
        "bad-timestamp",
        "own",
        "timestamp.txt forged",
        "fails the submission, or makes it early",
        [file("timestamp.txt", "0000-99-99 \x00 " + "9" * 100_000)],
        RIGHT,
        ALL,
    ),
    Attack(
        "timestamp-is-a-folder",
        "own",
        "timestamp.txt is a folder",
        "fails the submission",
        [special("timestamp.txt", _folder_with_a_file)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
)


def _made(path):
    path.write_bytes(b"")
    return path
