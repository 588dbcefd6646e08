"""Using up what there is, and dying in every way: section 4.6 of research/graders.md.

The attack stands after the first answer, which was right: its points are kept, and what could not be run is left to a person.
"""

from pathlib import Path

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, ALL, RIGHT, FIRST = _.Attack, _.ALL, _.RIGHT, _.FIRST
code, text = _.code, _.text

TIMED_OUT, DIED, MEMORY, OUTPUT = "timed out", "kernel killed", "out of memory", "too much output"
_HERE = "q-1-1"  # after the first answer

_FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
_THREAD_BOMB = """
import threading, time
made = []
try:
    while len(made) < 100_000:
        made.append(threading.Thread(target=time.sleep, args=(600,), daemon=True))
        made[-1].start()
except RuntimeError as error:
    print(type(error).__name__)
"""
_MEMORY_BOMB = """
held = []
while True:
    held.append(bytearray(64 << 20))
    for at in range(0, len(held[-1]), 4096):
        held[-1][at] = 1
"""
_MEMORY_BOMB_TWENTY = """
import os, time
for _ in range(20):
    if os.fork() == 0:
        held = bytearray(300 << 20)
        for at in range(0, len(held), 4096):
            held[at] = 1
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
_SHARED_MEMORY_BOMB = """
from multiprocessing import shared_memory
import mmap
held = []
try:
    while True:
        held.append(shared_memory.SharedMemory(create=True, size=64 << 20))
        held[-1].buf[:] = b"x" * (64 << 20)
except (OSError, ValueError) as error:
    print(type(error).__name__)
for each in held:
    each.unlink()
"""
_DISK_FILL = """
import os
for place in (os.getcwd(), "/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp"):
    for number in range(2_000):
        try:
            with open(f"{place}/situ_was_here_{number}", "wb") as stream:
                stream.write(b"x" * (50 << 20))
        except OSError as error:
            print(place, type(error).__name__)
            break
for place in (os.getcwd(), "/tmp", "/dev/shm"):
    for name in os.listdir(place):
        if name.startswith("situ_was_here"):
            os.unlink(f"{place}/{name}")
"""
_INODE_FILL = """
import os
try:
    for number in range(200_000):
        os.close(os.open(f"/tmp/i{number}", os.O_CREAT))
except OSError as error:
    print(type(error).__name__)
for number in range(200_000):
    try:
        os.unlink(f"/tmp/i{number}")
    except OSError:
        break
"""
_BIG_DISPLAY = """
from IPython.display import display
for kind in ("text/plain", "text/html", "image/png", "application/json"):
    display({kind: "x" * (8 << 20)}, raw=True)
display({"application/vnd.situ.answer+json": {"v": 1, "question": "1.2", "answer": "x" * (9 << 20)}}, raw=True)
"""
_MANY_OUTPUTS = """
from IPython.display import display
for number in range(5_000):
    display({"text/plain": str(number)}, raw=True)
"""
_RAISE_LIMITS = """
import resource
for name in ("AS", "DATA", "NPROC", "NOFILE", "FSIZE", "CPU", "CORE", "MEMLOCK"):
    kind = getattr(resource, "RLIMIT_" + name)
    before = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if before[1] != resource.RLIM_INFINITY:
            print("ESCAPED", name)
    except (ValueError, OSError) as error:
        print(name, type(error).__name__)
import os
for pid in (1, os.getppid()):
    try:
        resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
        print("ESCAPED prlimit", pid)
    except OSError as error:
        print(type(error).__name__)
try:
    os.nice(-20)
    print("ESCAPED nice")
except OSError as error:
    print(type(error).__name__)
"""
_CATCH_ALL = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
_DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if os.fork() == 0:
        os.closerange(0, 1024)
        os.chdir("/")
        time.sleep(3600)
    os._exit(0)
"""
_THREADS = """
import threading, time
def chatter():
    while True:
        print("still here")
        time.sleep(0.01)
for _ in range(4):
    threading.Thread(target=chatter, daemon=False).start()
"""
_WAIT_FOR_INPUT = """
import getpass, sys
for ask in (input, getpass.getpass, sys.stdin.read):
    try:
        ask()
    except Exception as error:
        print(type(error).__name__)
"""
_LATE_BOMB = """
import atexit, os, signal, time
def at_last(info):
    if "progress" in info.raw_cell:
        os.kill(os.getpid(), signal.SIGKILL)
get_ipython().events.register("pre_run_cell", at_last)
atexit.register(time.sleep, 600)
"""


_OPEN_MARKS = "<p>" + "".join(f"<b x={number}>" for number in range(1_500)) + "</p>" + "<p>a</p>" * 1_500
_OPENED = """
from IPython.display import HTML, display
display(HTML("<p>" + "".join(f"<b x={number}>" for number in range(80_000)) + "</p>" + "<p>a</p>" * 80_000))
display(HTML("<div>" * 300_000), HTML("<ul><li>" * 200_000))
"""


def _bomb(name, technique, tries, source, outcome="graded", earned=ALL, told="", needs_seal=False, section="4.6"):
    return Attack(
        name, section, technique, tries, [code(source, _HERE)], RIGHT, earned, outcome, told, needs_seal=needs_seal
    )


ATTACKS = (
    _bomb(
        "fork-bomb", "fork bomb", "takes all processes of the machine", _FORK_BOMB, TIMED_OUT, FIRST, "stopped", True
    ),
    _bomb("thread-bomb", "100,000 threads", "takes all processes of the machine", _THREAD_BOMB, needs_seal=True),
    _bomb("memory-bomb", "memory bomb", "takes all memory of the machine", _MEMORY_BOMB, MEMORY, FIRST, "memory", True),
    _bomb(
        "memory-bomb-20",
        "memory bomb of 20 processes",
        "takes all memory, none of them much",
        _MEMORY_BOMB_TWENTY,
        MEMORY,
        FIRST,
        "memory",
        True,
    ),
    _bomb(
        "shared-memory-bomb",
        "memory bomb in /dev/shm",
        "takes memory that belongs to no process",
        _SHARED_MEMORY_BOMB,
        DIED,
        FIRST,
        "Python itself ended",
        True,
    ),
    _bomb("disk-fill", "disk fill", "fills every folder it may write to", _DISK_FILL, needs_seal=True),
    _bomb("inode-fill", "200,000 empty files", "uses up the file system's own room", _INODE_FILL, needs_seal=True),
    _bomb(
        "endless-print",
        "endless print",
        "fills the grader's memory and disk",
        "while True:\n    print('x' * 1_000_000)",
        OUTPUT,
        FIRST,
        "more than can be kept",
    ),
    _bomb(
        "raw-flood",
        "endless writing to descriptor 1",
        "floods the grader's terminal or log",
        "import os\nwhile True:\n    os.write(1, b'x' * 65536)\n    os.write(2, b'x' * 65536)",
    ),
    _bomb("big-display", "display of 32 MB", "goes whole into notebook and feedback", _BIG_DISPLAY),
    _bomb("many-outputs", "5,000 outputs", "takes hours to show", _MANY_OUTPUTS),
    _bomb("endless-loop", "endless loop", "holds the class up", "while True:\n    pass", TIMED_OUT, ALL, "Interrupted"),
    _bomb(
        "catches-all", "a loop that catches interrupts", "holds the class up", _CATCH_ALL, TIMED_OUT, FIRST, "stopped"
    ),
    _bomb(
        "ignores-interrupts",
        "SIGINT and SIGTERM ignored",
        "holds the class up",
        "import signal, time\nfor number in (2, 15, 1):\n    signal.signal(number, signal.SIG_IGN)\nwhile True:\n    time.sleep(1)",
        TIMED_OUT,
        FIRST,
        "stopped",
    ),
    _bomb(
        "in-c",
        "a loop in C that holds the lock",
        "cannot be interrupted",
        "import itertools\nsum(itertools.repeat(1))",
        TIMED_OUT,
        FIRST,
        "stopped",
    ),
    _bomb(
        "stops-itself",
        "SIGSTOP",
        "holds the class up without using time",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        TIMED_OUT,
        FIRST,
        "stopped",
    ),
    _bomb(
        "waits-for-input",
        "input(), getpass()",
        "waits for somebody who is not there",
        _WAIT_FOR_INPUT,
    ),
    _bomb(
        "ends-python",
        "os._exit",
        "ends before what would count against it",
        "import os\nos._exit(0)",
        DIED,
        FIRST,
        "Python itself ended",
    ),
    _bomb(
        "kills-itself",
        "SIGKILL to itself",
        "ends before what would count against it",
        "import os\nos.kill(os.getpid(), 9)",
        DIED,
        FIRST,
        "Python itself ended",
    ),
    _bomb("leaves-politely", "sys.exit, exit()", "ends before what would count against it", "import sys\nsys.exit(0)"),
    _bomb(
        "segfault",
        "segmentation fault",
        "ends before what would count against it",
        "import ctypes\nctypes.string_at(0)",
        DIED,
        FIRST,
        "Python itself ended",
    ),
    _bomb(
        "stack-overflow",
        "recursion without end",
        "overflows the stack",
        "import sys\nsys.setrecursionlimit(10**9)\ndef down():\n    return down() + 1\ndown()",
        MEMORY,
        FIRST,
        "memory",
    ),
    _bomb(
        "closes-everything",
        "closed descriptors",
        "cuts the line to the grader",
        "import os\nos.closerange(0, 4096)",
        DIED,
        FIRST,
        "Python itself ended",
    ),
    _bomb("raises-limits", "own limits raised", "takes more than it was given", _RAISE_LIMITS, needs_seal=True),
    _bomb("leaves-a-daemon", "a daemon left behind", "goes on after grading", _DAEMON, section="4.1", needs_seal=True),
    _bomb("leaves-threads", "threads left behind", "goes on after grading", _THREADS, section="4.1"),
    _bomb("late-bomb", "a bomb with a fuse", "goes off in the last cell", _LATE_BOMB, DIED, ALL, "Python itself ended"),
    _bomb(
        "sleeps-in-every-cell",
        "each cell just under its time",
        "holds the class up",
        "import time\nget_ipython().events.register('pre_run_cell', lambda *a: time.sleep(1.5))",
    ),
    _bomb("open-marks", "80,000 marks left open in HTML", "takes all memory of who cleans it", _OPENED, section="own"),
    Attack(
        "open-marks-in-text",
        "own",
        "text cells of marks left open",
        "takes all memory of who cleans them",
        [text(_OPEN_MARKS[:20_000]), text("<div>" * 3_900), text("<ul><li>" * 2_400)],
        RIGHT,
        ALL,
    ),
)
