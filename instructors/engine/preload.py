"""What the fork server imports and does once, so that no submission has to.

Trusted and general: the libraries of a course, our own package for notebooks, and one cell that wakes what they load late. No
lesson, no case, no key: what stands in this memory, every learner inherits.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import pkgutil
import sys
from types import ModuleType

from instructors.engine import linux
from instructors.engine.room import ONE_THREAD

# Of the fork server, and so of every kernel.
ENVIRONMENT = {
    **ONE_THREAD,  # a process with several cannot be forked
    "LOKY_MAX_CPU_COUNT": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator starts one as soon as it is imported
    "PYTHONHASHSEED": "0",  # a run repeated gives the same, sets included
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger, imported by ipykernel, would print a warning
}

_MODULES = (
    "asyncio",
    "multiprocessing.pool",
    "pexpect",
    "IPython.core.completer",
    "IPython.core.magics",
    "ipykernel.eventloops",
    "ipykernel.comm",
    "matplotlib_inline.backend_inline",
    "numpy",
    "scipy.stats",
    "scipy.special",
    "pandas",
    "pandas.io.formats.style",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "PIL.PngImagePlugin",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.compose",
    "sklearn.preprocessing",
    "sklearn.tree",
    "joblib",
    "statsmodels.api",
    "statsmodels.formula.api",
    "shap",
    "lime.lime_tabular",
    "fairlearn.metrics",
    "ipywidgets",
    "anywidget",
    "tqdm.auto",
    "graders",
)
_NOT_FOR_NOTEBOOKS = ("graders.feedback", "graders.judging", "graders.feedback_page")

# What libraries load or build only when they are first used: fonts, formatters, number patterns, a drawn page.
_FIRST_USES = """
import io, warnings
import numpy as np, pandas as pd
import matplotlib.pyplot as plt
from IPython.display import HTML, display
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from datetime import date, datetime
import pyarrow.parquet
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    table = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    display(table, HTML("<p>x</p>"), table.describe())
    table.style.format(precision=1).to_html()
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4], label="a $x^2$")
    axes.barh(["a"], [1])
    axes.text(1, 1, "a", fontweight="bold")
    axes.set_title("A title")
    axes.legend()
    plt.tight_layout()
    plt.show()
    stored = io.BytesIO()
    table.to_parquet(stored)
    pyarrow.parquet.ParquetFile(stored, pre_buffer=False).read(use_threads=False).to_pandas(use_threads=False)
    try:
        1 / 0
    except ZeroDivisionError:
        get_ipython().showtraceback()
    for name in ("en", "fr"):
        format_decimal(1234.5, locale=Locale.parse(name))
        format_date(date(2026, 1, 1), locale=Locale.parse(name))
        format_datetime(datetime(2026, 1, 1), locale=Locale.parse(name))
"""


def import_libraries() -> list[str]:
    """Import what courses use and is installed.

    Returns
    -------
    What should have been importable and was not, with the reason.
    """
    failed = []
    for name in (*_MODULES, *_ours()):
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            continue  # an extra that is not installed here
        try:
            importlib.import_module(name)
        except Exception as error:  # a library that is broken here breaks only the notebooks that use it
            failed.append(f"{name}: {type(error).__name__}: {error}")
    return failed


def first_uses() -> str:
    """Return the source of a cell that uses for the first time what is slow the first time."""
    return _FIRST_USES


def forget() -> None:
    """Forget what a learner's process would notice of the warming up."""
    sys.modules["matplotlib.pyplot"].close("all")
    for name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType):  # some libraries put other things there
            vars(module).get("__warningregistry__", {}).clear()  # a warning given here would not be given again
            if name.partition(".")[0] == "graders":
                _forget_results(module)


def freeze() -> None:
    """Keep the garbage collector away from all there is now, so that its pages stay shared; and make forks cheap."""
    gc.collect()
    gc.freeze()
    linux.gather_pages()


def thread_count() -> int:
    """Return how many threads this process has: a fork takes only one of them along."""
    return len(os.listdir("/proc/self/task"))


def _ours() -> list[str]:
    import graders

    found = pkgutil.walk_packages(graders.__path__, "graders.")
    return [module.name for module in found if module.name not in _NOT_FOR_NOTEBOOKS]


def _forget_results(module: ModuleType) -> None:
    """Empty the caches of our own functions: some depend on the environment, which differs from run to run."""
    for value in vars(module).values():
        clear = getattr(value, "cache_clear", None)
        if callable(clear):
            clear()
