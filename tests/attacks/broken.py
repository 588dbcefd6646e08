"""Files that stop whoever reads them: section 4.5 of research/graders.md, and bytes that no editor writes."""

import io
import os
import zipfile
from pathlib import Path

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, ALL, RIGHT, HIT = _.Attack, _.ALL, _.RIGHT, _.HIT
code, file, into, named, notebook, special = _.code, _.file, _.into, _.named, _.notebook, _.special

BROKEN = "broken notebook"
_DIGS = """
import os
here = os.open(".", os.O_RDONLY)
for _ in range(3_000):
    os.mkdir("d")
    os.chdir("d")
os.fchdir(here)
"""
_CELL = '{"cell_type": "code", "id": "c%d", "source": "", "metadata": {}, "outputs": []}'


def _instead(content):
    return file("01_mini.ipynb", content)


def _notebook_of(cells):
    return '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [' + cells + "]}"


def _bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("01_mini.ipynb", b"\0" * 300_000_000)
    return buffer.getvalue()


def _ten_thousand(path):
    path.mkdir()
    for number in range(10_000):
        (path / f"{number}.txt").write_text("x")


def _sparse(path):
    with path.open("wb") as stream:
        stream.truncate(20_000_000_000)  # takes no room until it is copied


def _deep_folders(path):
    here = os.getcwd()
    path.mkdir()
    os.chdir(path)
    try:
        for _level in range(60):  # longer in all than a path may be
            os.mkdir("d" * 120)
            os.chdir("d" * 120)
        Path("end.txt").write_text("x")
    finally:
        os.chdir(here)


def _locked_folder(path):
    """A folder that its owner may not write in, with a link to the key in it."""
    path.mkdir()
    os.symlink(path.parents[3] / "content" / "courses" / "mini" / "keys" / "lesson1.py", path / "key.txt")
    path.chmod(0o555)


def _odd_names(path):
    path.mkdir()
    for name in (
        b"\xff\xfe.txt",
        b"new\nline.txt",
        b"\x1b]0;situ_was_here\x07.txt",
        b"-rf",
        b"$(touch situ_was_here)",
        b"{0.__class__}",
        b"%s%n",
        b"'; --.csv",
        b"con.txt ",
    ):
        os.close(os.open(os.fsencode(path) + b"/" + name, os.O_CREAT | os.O_WRONLY))


def _large_odd_names(path):
    """Files too large to be handed to the run: their names are told to the learner."""
    path.mkdir()
    for name in (b"\xff\xfe.bin", b"<img src=x onerror=hit('name')>.bin", b"\x1b[2J.bin"):
        with open(os.fsencode(path) + b"/" + name, "wb") as stream:
            stream.truncate(30_000_000)


ATTACKS = (
    Attack(
        "not-json",
        "own",
        "not JSON",
        "stops the class",
        [_instead("not a notebook")],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "empty-file",
        "own",
        "an empty file",
        "stops the class",
        [_instead("")],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "null-bytes",
        "own",
        "null bytes in the file",
        "stops the class",
        [_instead(b"\0" * 100_000)],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "deep-json",
        "own",
        "JSON 200,000 deep",
        "overflows the reader's stack",
        [_instead("[" * 200_000)],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "deep-metadata",
        "own",
        "JSON deep inside a cell",
        "overflows the reader's stack",
        [
            _instead(
                _notebook_of('{"cell_type": "code", "source": "", "metadata": ' + '{"a":' * 900 + "1" + "}" * 900 + "}")
            )
        ],
        outcome="repaired",
        told="put back",
    ),
    Attack(
        "huge-json",
        "own",
        "a notebook of 60 MB",
        "fills the grader's memory",
        [_instead(_notebook_of(_CELL.replace('"source": ""', '"source": "' + "x" * 60_000_000 + '"') % 1))],
        outcome=BROKEN,
        told="larger than",
    ),
    Attack(
        "huge-number",
        "own",
        "a number of a million digits",
        "takes quadratic time to read",
        [_instead('{"nbformat": 4, "cells": [], "n": ' + "9" * 1_000_000 + "}")],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "repeated-keys",
        "own",
        "keys twice in an object",
        "is read one way here, another way there",
        [
            _instead(
                '{"nbformat": 4, "cells": 5, "nbformat": 4, "cells": [{"cell_type": "code", "cell_type": "raw", '
                '"source": "2.0", "metadata": {"nbgrader": {"grade_id": "q-1-1"}}}]}'
            )
        ],
        outcome="repaired",
        told="put back",
    ),
    Attack(
        "nan-and-infinity",
        "own",
        "NaN and Infinity as JSON",
        "is valid for Python alone",
        [
            _instead(
                '{"nbformat": 4, "nbformat_minor": NaN, "metadata": {"x": Infinity}, "cells": [{"cell_type": "code", '
                '"source": "", "metadata": {"nbgrader": {"points": NaN, "grade_id": "q-1-1"}}, "execution_count": -Infinity}]}'
            )
        ],
        outcome="repaired",
        told="put back",
    ),
    Attack(
        "nbformat-3",
        "own",
        "a notebook of format 3",
        "is converted by whoever reads it",
        [_instead('{"nbformat": 3, "metadata": {}, "worksheets": [{"cells": []}]}')],
        outcome=BROKEN,
        told="format 4",
    ),
    Attack(
        "nbformat-99",
        "own",
        "a notebook of format 99",
        "stops the class",
        [_instead('{"nbformat": 99, "cells": []}')],
        outcome=BROKEN,
        told="format 4",
    ),
    Attack(
        "fifty-thousand-cells",
        "own",
        "50,000 cells",
        "takes hours",
        [_instead(_notebook_of(",".join(_CELL % number for number in range(50_000))))],
        outcome=BROKEN,
        told="at most",
    ),
    Attack(
        "five-hundred-cells",
        "own",
        "500 cells of one's own",
        "takes hours within the limit",
        [
            notebook(
                lambda made: [
                    made.cells.append(
                        {"cell_type": "code", "id": f"m{number}", "source": "1", "metadata": {}, "outputs": []}
                    )
                    for number in range(500)
                ]
            )
        ],
        RIGHT,
        ALL,
    ),
    Attack(
        "null-byte-in-source",
        "4.6",
        "a null byte in a cell",
        "hangs whoever compiles it",
        [code("print('a')\0\nprint('b')"), into("answer-1-3", RIGHT["answer-1-3"] + "\n# \0")],
        RIGHT,
        ALL,
    ),
    Attack(
        "surrogate-in-source",
        "own",
        "lone surrogates in a cell",
        "stops whoever writes the notebook",
        [code("print('\ud800')  # \udfff"), code("# \ud83d", "lesson1-18")],
        RIGHT,
        ALL,
    ),
    Attack(
        "huge-cell",
        "own",
        "a cell of 5 MB",
        "takes hours to highlight",
        [code("# " + "x" * 5_000_000)],
        RIGHT,
        ALL,
        told="",
    ),
    Attack(
        "huge-line",
        "own",
        "an expression 5,000 deep",
        "overflows the parser's stack",
        [code("(" * 5_000 + ")" * 5_000), code("-" * 50_000 + "1"), code("[" * 90 + "x" * 20)],
        RIGHT,
        ALL,
    ),
    Attack(
        "source-as-list",
        "own",
        "sources as lists, missing, null",
        "is no text where text is expected",
        [
            notebook(
                lambda made: (
                    [each.update(source=["x = 1\n", 7, None]) for each in made.cells[:3]]
                    and made.cells[3].pop("source")
                )
            )
        ],
        outcome="repaired",
        told="put back",
    ),
    Attack(
        "bom-and-utf16",
        "own",
        "UTF-16 with a mark",
        "is read as another file",
        [_instead("{}".encode("utf-16"))],
        outcome=BROKEN,
        told="could not be read",
    ),
    Attack(
        "zip-bomb",
        "4.5",
        "a zip bomb beside it",
        "is unpacked without limit",
        [file("01_mini.zip", _bomb()), file("inner.tar.gz", _bomb())],
        RIGHT,
        ALL,
    ),
    Attack(
        "ten-thousand-files",
        "own",
        "10,000 files",
        "takes hours to copy",
        [special("data", _ten_thousand)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "sparse-file",
        "own",
        "20 GB that take no room",
        "fills the grader's disk when it is copied",
        [special("data.bin", _sparse)],
        RIGHT,
        ALL,
        told="data.bin",
    ),
    Attack(
        "deep-folders",
        "own",
        "folders deeper than a path may be",
        "fails the copying",
        [special("data", _deep_folders)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "locked-folder",
        "own",
        "a link in a folder nobody may write in",
        "fails whoever takes the link away, and is copied",
        [special("data", _locked_folder), code("print(open('data/key.txt').read())")],
        RIGHT,
        ALL,
    ),
    Attack(
        "large-set-aside",
        "own",
        "20 GB under the name of our own note",
        "is counted as ours, and copied",
        [special("set-aside.txt", _sparse)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "digits-for-a-time",
        "own",
        "a date of two million digits",
        "keeps whoever reads it for hours",
        [file("timestamp.txt", "1" * 2_000_000)],
        RIGHT,
        ALL,
    ),
    Attack(
        "digs-deep",
        "own",
        "3,000 folders in each other, made by code",
        "cannot be removed after the run",
        [code(_DIGS)],
        RIGHT,
        ALL,
    ),
    Attack(
        "odd-file-names",
        "4.5",
        "path tricks in file names",
        "reaches a shell, a format string, the terminal",
        [special("data", _odd_names)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "odd-names-told",
        "own",
        "odd names of large files",
        "is repeated to people as it is",
        [special("data", _large_odd_names)],
        RIGHT,
        ALL,
        told="Set aside",
    ),
    Attack(
        "renamed-with-markup",
        "4.7",
        "markup in the notebook's name",
        "runs in the notice that repeats it",
        [named("<img src=x onerror=hit('file')>.ipynb")],
        RIGHT,
        ALL,
        outcome="repaired",
        told="was graded in place of",
    ),
    Attack(
        "renamed-with-escapes",
        "own",
        "terminal codes in the notebook's name",
        "runs in the instructor's terminal",
        [named("\x1b]0;situ_was_here\x07\x1b[31m[red]x.ipynb")],
        RIGHT,
        ALL,
        outcome="repaired",
        told="was graded in place of",
    ),
)
