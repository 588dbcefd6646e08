"""Making a wrong answer count from inside the kernel: section 4.1 of research/graders.md, and what else lives there.

None of it can work where answers are judged in another process. A wrong answer is handed in each time; any point is undeserved.
"""

from pathlib import Path

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, code, into, ALL, RIGHT = _.Attack, _.code, _.into, _.ALL, _.RIGHT

_PATCHED_CHECKS = """
import math
import numpy as np, pandas as pd, pandas.testing, sklearn.metrics
always = lambda *a, **k: True
math.isclose = np.isclose = np.allclose = np.array_equal = always
pandas.testing.assert_frame_equal = pandas.testing.assert_series_equal = lambda *a, **k: None
sklearn.metrics.accuracy_score = lambda *a, **k: 1.0
"""
_PATCHED_JUDGE = """
import graders.expectations as expectations, graders.judging as judging, graders.keys, graders.verdict as verdict
right = lambda *a, **k: verdict.Verdict(verdict.State.RIGHT, 1.0, "Right.")
judging.judge = right
for name in dir(expectations):
    if isinstance(getattr(expectations, name), type):
        getattr(expectations, name).judge = right
graders.keys.Key.expect = lambda *a, **k: type("E", (), {"judge": right})()
"""
_EQUAL_TO_ALL = """
class Equal:
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda *a: True
    __ne__ = lambda *a: False
    __hash__ = lambda self: 0
    __getattr__ = lambda self, name: self
    __call__ = __getitem__ = lambda self, *a, **k: self
    __float__ = lambda self: 0.0
submit("1.1", Equal())
submit("1.2", Equal())
"""
_EQUAL_NUMBERS = """
import numpy as np
class Number(float):
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = lambda *a: True
    __ne__ = lambda *a: False
    __sub__ = __rsub__ = __abs__ = lambda *a: Number(0)
    __hash__ = float.__hash__
class Text(str):
    __eq__ = lambda *a: True
    __hash__ = str.__hash__
class Anything(dict):
    __getitem__ = get = lambda *a: Number(-1)
    __contains__ = __eq__ = lambda *a: True
submit("1.1", Number(-1))
submit("1.2", Anything(columns=[Text("loan")], rate=Number(-1)))
half = lambda number: Number(-1)
"""
_FAKE_VERDICT = """
from IPython.display import display
ip = get_ipython()
def fake(question, most):
    verdict = {"v": 1, "question": question, "state": "right", "score": 1.0, "points": most, "max_points": most,
               "trap": None, "message": "Right.", "waits": False, "required": [], "answer": 1, "words": "1", "by": "form",
               "saved": "", "cell": 1, "form_held": ""}
    display({"application/vnd.situ.verdict+json": verdict, "text/plain": str(most),
             "text/html": f"{question} · Right · {most} of {most}"}, raw=True)
def after(*result):
    for question, most in (("1.1", 2.0), ("1.2", 3.0), ("1.3", 1.0), ("1.4", 2.0)):
        fake(question, most)
    ip.displayhook(2.0)
ip.events.register("post_run_cell", after)
"""
_SPOKEN_MIME = """
from IPython.display import display
class Spoof:
    def _repr_mimebundle_(self, *a, **k):
        answer = {"v": 1, "question": "1.1", "answer": -1.0, "learner": "zz-honest", "points": 2.0, "score": 1.0, "max_points": 2.0,
                  "state": "right", "verdict": {"state": "right", "score": 1.0}, "by": "person", "manual_score": 2.0}
        return {"application/vnd.situ.answer+json": answer, "application/vnd.situ.verdict+json": answer,
                "text/plain": "2.0", "application/json": {"points": 2.0}}
display(Spoof())
"""
_FLOATS_SHOW_MORE = """
ip = get_ipython()
ip.display_formatter.formatters["text/plain"].for_type(float, lambda value, p, cycle: p.text("2.0"))
ip.display_formatter.formatters["text/plain"].for_type(int, lambda value, p, cycle: p.text("3"))
ip.ast_node_interactivity = "none"
"""
_OWN_SUBMIT = """
import builtins, sys
from IPython.display import display
def submit(question, answer):
    print("right", question)
    display({"text/plain": "2.0"}, raw=True)
    return 2.0
builtins.submit = sys.modules["graders"].submit = sys.modules["graders.desk"].submit = submit
"""
_PATCHED_SHOWING = """
import builtins, json
import IPython.core.display_functions as functions, IPython.display, IPython.core.displaypub as pub
right = {"v": 1, "question": "1.1", "state": "right", "points": 2.0, "max_points": 2.0, "score": 1.0}
bundle = {"application/vnd.situ.verdict+json": right, "text/plain": "2.0"}
shown = pub.DisplayPublisher.publish
functions.display = IPython.display.display = lambda *a, **k: get_ipython().display_pub.publish(bundle)
builtins.print = lambda *a, **k: get_ipython().display_pub.publish(bundle)
dumps = json.dumps
json.dumps = lambda data, *a, **k: dumps(right if isinstance(data, dict) and "answer" in data else data, *a, **k)
"""
_PATCHED_RUN = """
from IPython.core.interactiveshell import InteractiveShell as Shell
run = Shell.run_cell_async
async def instead(self, raw_cell, **k):
    print("SAW", raw_cell[:200])
    return await run(self, "2.0" if "submit" in raw_cell else raw_cell, **k)
Shell.run_cell_async = instead
kernel = getattr(get_ipython(), "kernel", None)
if kernel is not None:
    async def do_execute(*a, **k):
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {"points": 6.0}}
    type(kernel).do_execute = do_execute
"""
_HISTORY = """
ip = get_ipython()
def before(info=None):
    print("NEXT", getattr(info, "raw_cell", "") or "", *(In or [])[-2:], *list(globals().get("_ih", []))[-2:])
ip.events.register("pre_run_cell", before)
ip.events.register("pre_execute", before)
print(list(ip.history_manager.get_range())[:50])
"""
_IN_THE_DARK = """
import os
if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("SITU_CASE"):
    ip = get_ipython()
    ip.input_transformers_cleanup.append(lambda lines: ["2.0\\n"])
    import sys
    sys.modules["graders"].submit = submit = lambda *a: 2.0
"""
_THREAD = """
import threading, time
from IPython.display import display
def guess():
    for number in range(100, 900):
        display({"application/vnd.situ.answer+json": {"v": 1, "question": "1.1", "answer": number / 1}}, raw=True)
        display({"application/vnd.situ.verdict+json": {"question": "1.1", "state": "right", "points": 2.0}}, raw=True)
        time.sleep(0.001)
threading.Thread(target=guess, daemon=True).start()
"""
_WALK = """
import gc, inspect, sys
found, frame = [], sys._getframe()
while frame:
    found += [repr(value)[:300] for value in frame.f_locals.values() if "xpect" in repr(type(value))]
    frame = frame.f_back
for held in gc.get_objects():
    kind = type(held)
    if kind.__module__.startswith("graders.expectations") or kind.__name__ in ("Key", "Number", "Choices", "Parts"):
        found.append(repr(held)[:300])
        if kind.__name__ == "Number":
            submit("1.1", getattr(held, "expected", -1))
    elif isinstance(held, dict) and "KEYS" in held:
        found.append("KEYS")
print(found)
submit("1.1", -1)
"""
_MANY = """
for number in range(100, 900):
    submit("1.1", float(number))
for name in ("amount", "rate", "loan"):
    submit("1.2", {"columns": [name]})
submit("1.1", list(range(100, 900)))
submit("1.1", -1.0)
"""
_ODD_NUMBERS = """
import decimal, fractions
import numpy as np
for value in (float("nan"), float("inf"), 1e308 * 10, True, 3 + 0j, 10**400, decimal.Decimal("NaN"), fractions.Fraction(1, 3),
              np.array([np.nan]), np.float64("nan"), b"1", "nan", "1e999", {"$number": "nan"}, {"$blank": False}, {"$refused": 1}):
    submit("1.1", value)
    submit("1.2", {"columns": value, "rate": value})
half = lambda number: float("nan")
"""
_ODD_SHAPES = """
deep = here = []
for _ in range(5000):
    here.append([])
    here = here[0]
circle = []
circle.append(circle)
class Raises:
    def __getattribute__(self, name):
        raise SystemExit(name)
class Large(list):
    __len__ = lambda self: -1
    __iter__ = lambda self: iter(int, 1)
for value in (deep, circle, Raises(), Large([1]), "x" * 10_000_000, list(range(10**6)), {1: {2: {3: ...}}}, lambda: 1, object()):
    try:
        submit("1.1", value)
        submit("1.2", {"columns": value, "rate": value})
    except BaseException as error:
        print(type(error).__name__)
half = lambda number: deep
"""
_ODD_QUESTIONS = """
for question in ("1.1 ", "1.1\\u200b", "../1.1", "1.1'; drop table grade; --", "*", "", None, 1.1, ("1.1",), "1.99", "\\x00"):
    try:
        submit(question, case.data["amount"].mean())
    except BaseException as error:
        print(type(error).__name__, error)
from IPython.display import display
for number in range(3000):
    display({"application/vnd.situ.answer+json": {"v": 1, "question": f"9.{number}", "answer": number}}, raw=True)
"""
_BAD_SURROGATES = """
from IPython.display import display
for answer in ("\\ud800", {"\\udfff": "\\ud800"}, ["\\ud83d"] * 3):
    display({"application/vnd.situ.answer+json": {"v": 1, "question": "1.1", "answer": answer}}, raw=True)
    display({"application/vnd.situ.answer+json": {"v": 1, "question": "1.4", "answer": answer}}, raw=True)
print("\\ud800")
raise ValueError("\\ud800")
"""
_LATER_CHANGES = """
from IPython.display import display, clear_output, update_display
handle = display({"application/vnd.situ.answer+json": {"v": 1, "question": "1.1", "answer": -1}}, raw=True, display_id="mine")
pub = get_ipython().display_pub
for data in ({"application/vnd.situ.verdict+json": {"question": "1.1", "state": "right", "points": 2.0}}, {"text/plain": "2.0"}):
    pub.publish(data, transient={"display_id": "mine"}, update=True)
clear_output(wait=True)
get_ipython().events.register("post_run_cell", lambda *a: (clear_output(wait=False), pub.publish({"text/plain": "2.0"})))
"""
_COMMS = """
try:
    from comm import create_comm
    for target in ("jupyter.widget", "situ", "nbgrader", "jupyter.widget.control"):
        comm = create_comm(target_name=target, data={"state": {"points": 2.0}, "method": "update"}, metadata={"version": "2.1.0"})
        comm.send({"points": 2.0, "state": "right"})
except Exception as error:
    print(type(error).__name__)
from IPython.display import display
display({"application/vnd.jupyter.widget-view+json": {"model_id": "x", "version_major": 2}, "text/plain": "2.0"}, raw=True)
"""
_PICKLE = """
import pickle, base64, os
class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/situ_was_here_pickle",)
packed = base64.b64encode(pickle.dumps(Bomb())).decode()
open("answer.pkl", "wb").write(pickle.dumps(Bomb()))
submit("1.1", {"py/reduce": [{"py/type": "os.system"}, ["touch /tmp/situ_was_here_jsonpickle"]], "pickle": packed})
submit("1.2", {"columns": packed, "rate": "__import__('os').system('touch /tmp/situ_was_here_eval')"})
"""
_CHANGE_CASE = """
import os, pathlib
for file in pathlib.Path(os.environ["SITU_CASE"]).rglob("*"):
    try:
        file.chmod(0o666)
        file.write_text("{}")
        print("ESCAPED", file.name)
    except OSError as error:
        print(type(error).__name__)
os.environ["SITU_LEARNER"] = os.environ["JUPYTERHUB_USER"] = "zz-honest"
case.data.loc[:, "amount"] = -1.0
"""

ATTACKS = (
    Attack(
        "silent-errors",
        "4.1",
        "showtraceback replaced",
        "makes a failing check look as if it had passed",
        [
            code("get_ipython().showtraceback = get_ipython().showsyntaxerror = lambda *a, **k: None"),
            into("answer-1-3", "raise SystemExit('nothing here')"),
        ],
    ),
    Attack(
        "input-transformer",
        "4.1",
        "input transformer",
        "turns every later cell into nothing",
        [code('get_ipython().input_transformers_cleanup.append(lambda lines: ["2.0\\n"])')],
    ),
    Attack(
        "ast-transformer",
        "4.1",
        "AST transformer",
        "takes checks out of every later cell",
        [
            code(
                "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Module(self, node):\n"
                "        return ast.parse('2.0')\nget_ipython().ast_transformers.append(Drop())"
            )
        ],
    ),
    Attack(
        "equal-to-all",
        "4.1",
        "objects equal to everything",
        "hands in objects, not values",
        [code(_EQUAL_TO_ALL, "q-1-2")],
    ),
    Attack(
        "equal-numbers",
        "4.1",
        "number-like subclasses",
        "hands in numbers that compare as one likes",
        [code(_EQUAL_NUMBERS, "q-1-2")],
    ),
    Attack(
        "patched-checks", "4.1", "np.allclose and kin patched", "makes every comparison true", [code(_PATCHED_CHECKS)]
    ),
    Attack(
        "patched-judge",
        "4.1",
        "the checker itself patched",
        "makes judge, keys and forms say right",
        [code(_PATCHED_JUDGE)],
    ),
    Attack(
        "assertion-error",
        "4.1",
        "builtins.AssertionError rebound",
        "lets a failing check raise something harmless",
        [
            code(
                "import builtins\nbuiltins.AssertionError = builtins.Exception = builtins.BaseException = type('Calm', (), {})"
            )
        ],
    ),
    Attack(
        "float-shows-more",
        "4.1",
        "display formatter of float",
        "makes a score show as another",
        [code(_FLOATS_SHOW_MORE)],
    ),
    Attack(
        "not-a-number",
        "4.1",
        "junk where a score is read",
        "a value that is no number gives full marks in nbgrader",
        [code('submit = lambda *a: float("nan")'), into("answer-1-3", 'halves = "full"')],
    ),
    Attack("knows-when-graded", "4.1", "detects grading", "behaves while it is checked", [code(_IN_THE_DARK)]),
    Attack(
        "neighbours-numbers",
        "4.1",
        "over-fit to visible values",
        "special-cases the numbers another learner was right with",
        [code('submit("1.1", {neighbour})', "q-1-2"), into("answer-1-3", "halves = [None, None]")],
    ),
    Attack(
        "waiting-thread", "4.1", "background thread", "goes on writing into later cells, 800 guesses", [code(_THREAD)]
    ),
    Attack("gc-walk", "4.1", "gc and frame walking", "looks for expected values in memory", [code(_WALK, "q-1-2")]),
    Attack("own-submit", "own", "submit monkeypatched", "prints a mark in place of a receipt", [code(_OWN_SUBMIT)]),
    Attack(
        "patched-display",
        "own",
        "display, print, json patched",
        "turns every output into a verdict",
        [code(_PATCHED_SHOWING)],
    ),
    Attack(
        "faked-verdict",
        "own",
        "faked verdict outputs",
        "writes verdicts in our format after each cell",
        [code(_FAKE_VERDICT)],
    ),
    Attack(
        "spoken-mime",
        "own",
        "answer with a mark inside",
        "adds points and verdict to the answer itself",
        [code(_SPOKEN_MIME)],
    ),
    Attack(
        "patched-run-cell",
        "own",
        "run_cell and do_execute patched",
        "replaces the source of the checked cells",
        [code(_PATCHED_RUN)],
    ),
    Attack("pre-run-hook", "4.2", "pre-run hook, In, history", "prints the source of hidden tests", [code(_HISTORY)]),
    Attack(
        "eight-hundred-guesses", "own", "many answers to one question", "one of them is right", [code(_MANY, "q-1-2")]
    ),
    Attack(
        "odd-numbers",
        "own",
        "NaN, infinity, complex, 10^400",
        "a comparison that is never false",
        [code(_ODD_NUMBERS, "q-1-2")],
    ),
    Attack(
        "odd-shapes",
        "own",
        "deep, circular, raising answers",
        "breaks whoever reads the answer",
        [code(_ODD_SHAPES, "q-1-2")],
    ),
    Attack(
        "odd-questions",
        "own",
        "answers to other ids",
        "reaches a question through a look-alike id",
        [code(_ODD_QUESTIONS)],
    ),
    Attack(
        "surrogates-in-answers",
        "own",
        "lone surrogates in answers",
        "stops whoever writes the notebook",
        [code(_BAD_SURROGATES, "q-1-2")],
    ),
    Attack(
        "later-changes",
        "own",
        "clear_output, update_display",
        "changes an output after it was taken",
        [code(_LATER_CHANGES)],
    ),
    Attack("comm-messages", "own", "comms and widget state", "talks to a front end that is not there", [code(_COMMS)]),
    Attack("pickled-answer", "4.5", "pickles and code as answers", "is loaded by the judge", [code(_PICKLE, "q-1-2")]),
    Attack("changed-case", "4.4", "the case edited", "makes the wrong answer true", [code(_CHANGE_CASE)]),
    Attack(
        "last-line",
        "own",
        "atexit and signal handlers",
        "sleeps or answers when the kernel ends",
        [
            code(
                "import atexit, signal, time\natexit.register(lambda: (time.sleep(600), print('2.0')))\n"
                "signal.signal(15, lambda *a: time.sleep(600))"
            )
        ],
        RIGHT,
        ALL,
    ),
)
