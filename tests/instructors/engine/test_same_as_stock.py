"""The warm, sealed kernel puts out what the stock kernel puts out: cell for cell, in nbformat's shape."""

import re

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Linux")

from instructors.engine import running
from instructors.engine.jobs import Cell, Job
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way

from .conftest import skip_without

pytestmark = pytest.mark.slow

CELLS = (
    "1 + 1",
    "x = 5\nx",
    "print('a'); print('b', end='')",
    "import sys; print('err', file=sys.stderr); print('out')",
    "import warnings; warnings.warn('careful')",
    "1/0",
    "def fails(): raise ValueError('no')\nfails()",
    "def broken(:\n  pass",
    "%time 3",
    "%%time\nsum(range(10))",
    "!echo shell",
    "captured = !echo captured\ncaptured",
    "import os, time; os.system('echo low'); time.sleep(1)",  # a thread reads what comes by the descriptor
    "import subprocess; subprocess.run(['echo', 'sub'], check=True); time.sleep(1)",
    "%%bash\necho from bash",
    "import asyncio\nasync def later():\n    await asyncio.sleep(0.01)\n    return 3\nawait later()",
    "task = asyncio.create_task(later())\nawait task",
    "waiting = later()\ntry: asyncio.run(waiting)\nfinally: waiting.close()",
    "input('name?')",
    "import getpass; getpass.getpass()",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})",
    "pd.DataFrame({'a': [1, 2]}).style.format(precision=1).set_uuid('u')",
    "import numpy as np; np.float64(1.5), np.array([1.0, np.nan])",
    "np.log(np.array([-1.0]))",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "figure, axes = plt.subplots(); axes.bar(['a'], [1]); plt.show()\nprint('after')",
    "figure",
    "plt.rcParams['figure.dpi'], plt.rcParams['figure.figsize'], plt.get_backend()",
    "pd.Series([1, 2]).plot()",
    "from IPython.display import display, HTML, Markdown, clear_output\ndisplay(HTML('<b>x</b>'), Markdown('*y*'))",
    "handle = display('first', display_id='d1')\nhandle.update('second')",
    "print('gone'); clear_output(); print('kept')",
    "from tqdm import tqdm\nfor i in tqdm(range(3), bar_format='{n}', mininterval=9): pass",
    "from tqdm.auto import tqdm as auto\nfor i in auto(range(3)): pass",
    "import ipywidgets; ipywidgets.IntSlider(3)",
    "_, __, In[1], Out[1]",
    "get_ipython().execution_count, __name__, In[0], type(get_ipython()).__name__",
    "%pwd\n%history -n 1-3",
    "display({'text/plain': 'q', 'application/json': {'v': [1, None]}}, raw=True, metadata={'m': 1})",
    "class Broken:\n    def __repr__(self): raise RuntimeError('bad repr')\nBroken()",
    "import threading\nthread = threading.Thread(target=lambda: print('from a thread')); thread.start(); thread.join()",
    "import logging; logging.warning('logged')",
    "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(2).map(abs, [-1, 2]))",
    "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool: squares = pool.map(abs, [-1, -2])\nsquares",
    "import json, mine; json.__file__.endswith('json/__init__.py'), mine.x, open('data.txt').read()",
    "from sklearn.ensemble import RandomForestClassifier\nRandomForestClassifier(5, random_state=0).fit([[0], [1]], [0, 1])",
    "import statsmodels.api as sm; sm.OLS([1, 2, 3.5], sm.add_constant([1, 2, 3])).fit().params",
    "assert 1 == 2, 'not equal'",
    "import sys; sys.exit()",
    "raise KeyboardInterrupt",
    "import time\nprint(1); time.sleep(.5); print(2, file=sys.stderr); print(3)",
    "os.environ['HERE'], os.environ['TERM'], os.path.isdir(os.environ['HOME'])",
    "%%writefile hello.py\ny = 2",
    "%run hello.py\ny",
    "%store x",
    "%xmode Plain\n1/0",
    "'é' * 3, '\\u4e2d'",
)
FILES = {"mine.py": b"x = 1", "data.txt": b"d", "json.py": b"raise SystemExit", "numpy.py": b"raise SystemExit"}
VARYING = (  # from run to run in the stock kernel too
    (r"0x[0-9a-f]{6,}", "ADDRESS"),
    (r"[\d.]+(e[+-]\d+)? [nuµμm]?s\b", "TIME"),
    (r"[\d.]+it/s", "SPEED"),
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r"'image/png': '[^']*'", "PICTURE"),
    (r"/[^ :]*/ipykernel_\d+/\d+\.py", "CELL"),
    (r"/tmp/situ-\w+/work|/situ/work", "WORK"),
)


def _shown(run):
    """Return what every cell showed, what varies left out."""
    shown = []
    for cell in run.cells:
        text = repr((str(cell.state), cell.number, cell.outputs))
        for pattern, word in VARYING:
            text = re.sub(pattern, word, text)
        shown.append(text)
    return shown


@pytest.fixture(scope="module")
def both():
    """Return how many cells were run, and what each kernel showed of them."""
    skip_without(Way.NAMESPACES)
    job = Job(tuple(map(Cell, range(len(CELLS)), CELLS)), FILES, environment={"HERE": "there"})
    return dict(
        zip(CELLS, zip(_shown(running.run(job)), _shown(run_sealed(job, Way.NAMESPACES)), strict=True), strict=True)
    )


@pytest.mark.parametrize("source", CELLS)
def test_a_cell_shows_the_same_in_both_kernels(both, source):
    stock, warm = both[source]
    assert stock == warm
