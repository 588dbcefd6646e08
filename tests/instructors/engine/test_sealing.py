"""What a sealed process can and cannot do, tried from inside: in namespaces and under Landlock."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, SIGXCPU

import pytest

from instructors.engine import linux, sealing
from instructors.engine.root import shown_paths
from instructors.engine.sealing import EXPOSED, Way

pytestmark = pytest.mark.slow
ENGINE = Path(sealing.__file__).parent
PACKAGES = Path(__file__).parents[3]
REFUSED = "REFUSED"
TRY = """
def attempt(what, *arguments, **options):
    try:
        print("DONE", what(*arguments, **options))
    except OSError as error:
        print("REFUSED", error.errno)
"""


def _says_refused(said):
    return {line.split()[0] for line in said.splitlines()} == {REFUSED}


# ---- what is there


def test_the_files_of_the_job_are_in_the_working_directory(locked_in):
    said = locked_in("print(open('deep/er/a.txt').read())", files={"deep/er/a.txt": "mine"})
    assert ("mine", 0) == said


def test_the_working_directory_and_the_temporary_space_can_be_written(locked_in):
    code = (
        "for folder in ('.', PLACE.temporary): open(f'{folder}/x', 'w').write('x'); print(open(f'{folder}/x').read())"
    )
    assert ("x\nx", 0) == locked_in(code)


def test_the_case_can_be_read(locked_in):
    assert ("{}", 0) == locked_in("print(open(f'{PLACE.case}/a/case.json').read())", case={"a/case.json": "{}"})


@pytest.mark.parametrize("what", ["open, p, 'w'", "os.unlink, p", "os.rename, p, 'x'", "os.truncate, p, 0"])
def test_the_case_cannot_be_changed(locked_in, what):
    code = f"{TRY}\nimport os\np = f'{{PLACE.case}}/case.json'\nattempt({what})"
    said, _ = locked_in(code, case={"case.json": "{}"})
    assert _says_refused(said), said


def test_the_case_stays_as_it_is_whatever_its_rights_are_said_to_be(locked_in):
    code = """
    import os
    for path in (PLACE.case, PLACE.case + "/case.json"):
        try: os.chmod(path, 0o777)
        except OSError: pass
    attempt(open, PLACE.case + "/case.json", "w")
    attempt(open, PLACE.case + "/new", "w")
    """
    said, _ = locked_in(TRY + textwrap.dedent(code), case={"case.json": "{}"})
    assert _says_refused(said), said


def test_our_packages_can_be_imported_and_nothing_beside_them_seen(in_namespaces):
    said, _ = in_namespaces(f"import os, graders.verdict; print(sorted(os.listdir({str(PACKAGES)!r})))")
    assert {"graders", "instructors"} <= set(ast.literal_eval(said)) <= {"graders", "instructors", ".venv"}


def test_courses_are_not_there(locked_in):
    block = PACKAGES / "courses" / "credit-xai"
    said, _ = locked_in(f"{TRY}\nimport os\nattempt(os.listdir, {str(block)!r})")
    assert _says_refused(said), said


def test_what_is_shown_contains_no_checkout():
    assert not [path for path in shown_paths() if PACKAGES.is_relative_to(path)]


def test_nobody_is_named_after_the_host(in_namespaces):
    said, _ = in_namespaces("import pwd, os; print(pwd.getpwuid(os.getuid()).pw_name, len(pwd.getpwall()))")
    assert "learner 1" == said


# ---- what is hidden


def test_a_file_of_the_host_cannot_be_read(locked_in, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("99")
    secret.chmod(0o666)
    said, _ = locked_in(f"{TRY}\nattempt(open, {str(secret)!r})\nattempt(open, {str(secret)!r}, 'a')")
    assert _says_refused(said), said


def test_a_run_ends_before_it_begins_when_the_class_could_be_seen(locked_in):
    assert ("", EXPOSED) == locked_in("print('I should not run')", hidden=["/usr/bin"])


def test_a_class_that_cannot_be_seen_lets_the_run_begin(locked_in, tmp_path):
    assert ("ran", 0) == locked_in("print('ran')", hidden=[str(tmp_path)])


def test_other_processes_are_not_there(in_namespaces):
    said, _ = in_namespaces("import os; print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))")
    assert "[1, 2]" == said


def test_processes_of_the_host_cannot_be_looked_into(locked_in):
    said, _ = locked_in(
        f"{TRY}\nattempt(open, f'/proc/{{SERVER}}/environ')\nattempt(open, f'/proc/{{WAITER}}/mem', 'wb')"
    )
    assert _says_refused(said), said


def test_processes_of_the_host_cannot_be_signalled(locked_in):
    said, _ = locked_in(f"{TRY}\nimport os\nfor pid in (SERVER, WAITER): attempt(os.kill, pid, 9)")
    assert _says_refused(said), said


def test_limits_of_the_host_s_processes_cannot_be_lowered(locked_in):
    code = "import resource\nfor pid in (SERVER, WAITER): attempt(resource.prlimit, pid, resource.RLIMIT_CPU, (0, 0))"
    said, _ = locked_in(f"{TRY}\n{code}")
    assert _says_refused(said), said


def test_the_first_process_inside_is_no_way_round_the_filter(in_namespaces):
    said, _ = in_namespaces(f"{TRY}\nattempt(open, '/proc/1/mem', 'wb')\nattempt(open, '/proc/1/environ')")
    assert _says_refused(said), said


# ---- what is read-only


@pytest.mark.parametrize("place", ["sys.prefix", "sys.base_prefix", "'/usr'", "'/'", "'/etc'", "'/proc/sys/kernel'"])
def test_the_system_and_python_cannot_be_written(locked_in, place):
    said, _ = locked_in(f"{TRY}\nimport sys\nattempt(open, {place} + '/situ-was-here', 'w')")
    assert _says_refused(said), said


# ---- network and kernel


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG"])
def test_no_socket_to_anywhere_can_be_opened(locked_in, family):
    said, _ = locked_in(f"{TRY}\nimport socket\nattempt(socket.socket, socket.{family}, socket.SOCK_STREAM)")
    assert _says_refused(said), said


def test_names_cannot_be_looked_up(locked_in):
    said, _ = locked_in(f"{TRY}\nimport socket\nattempt(socket.getaddrinfo, 'example.org', 80)")
    assert _says_refused(said), said


def test_processes_inside_can_still_talk_to_each_other(locked_in):
    assert ("b'hey'", 0) == locked_in("import socket; a, b = socket.socketpair(); a.send(b'hey'); print(b.recv(9))")


@pytest.mark.parametrize(
    "call",
    [
        "linux.unshare(linux.NEW_USERS)",
        "linux.unshare(linux.NEW_MOUNTS)",
        "linux.mount('tmpfs', '/tmp')",
        "linux.make_read_only('/tmp', 0)",
        "linux.detach('/proc')",
        "linux.change_root('/tmp', '/tmp')",
        "linux._checked(linux._libc().ptrace(0, 0, 0, 0), 'ptrace')",
        "linux._system_call('bpf', 321, 0, 0, 0)",
        "linux._system_call('io_uring_setup', 425, 1, 0)",
        "linux._system_call('keyctl', 250, 0, 0)",
        "linux._system_call('userfaultfd', 323, 0)",
        "linux._system_call('clone', 56, 0x10000000 | 17, 0, 0, 0, 0)",
        "linux._system_call('clone3', 435, 0, 0)",
        "linux._system_call('shmget', 29, 0, 4096, 0o1600)",
        "os.memfd_create('x')",
        "socket.sethostname('x')",
        "os.setuid(0)",
        "os.chroot('/usr')",
        "os.mknod('null', 0o20666, os.makedev(1, 3))",
        "resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))",
    ],
)
@pytest.mark.skipif(linux.machine() != "x86_64", reason="some of these are called by their number on x86-64")
def test_the_kernel_refuses_what_no_notebook_needs(locked_in, call):
    code = f"import os, socket, resource\nfrom instructors.engine import linux\ntry: print({call})"
    said, _ = locked_in(f"{code}\nexcept (OSError, ValueError): print('REFUSED')")
    assert REFUSED == said


def test_no_capability_is_left_and_none_can_be_gained(in_namespaces):
    said, _ = in_namespaces(
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNew'))])"
    )
    assert ["0" * 16] * 5 + ["1"] == ast.literal_eval(said)


# ---- limits


def test_a_fork_bomb_stops_at_the_limit_of_processes(locked_in):
    code = """
    import os, signal
    count = 0
    try:
        while count < 400 and (os.fork() or signal.pause()): count += 1
    except OSError:
        print(count < 150)
    """
    assert ("True", 0) == locked_in(code, limits={"processes": 16})


def test_in_namespaces_only_the_processes_of_the_run_count(in_namespaces):
    code = """
    import os, signal
    for count in range(100):
        try: os.fork() or signal.pause()
        except OSError: break
    print(count)
    """
    assert "13" == in_namespaces(code, limits={"processes": 16})[0]  # beside this one and those that wait for it


def test_memory_far_beyond_the_limit_is_refused_at_once(locked_in):
    code = "try: bytearray(600 << 20)\nexcept MemoryError: print('refused')"
    assert ("refused", 0) == locked_in(code, limits={"memory_mb": 200})


def test_a_file_cannot_grow_beyond_its_limit(locked_in):
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nattempt(open('big', 'wb').write, bytes(3 << 20))"
    )
    said, _ = locked_in(f"{TRY}\n{code}", limits={"file_mb": 2})
    assert _says_refused(said), said


def test_all_files_together_cannot_grow_beyond_the_disk(in_namespaces):
    code = """
    import os
    stored = 0
    try:
        for number in range(100):
            folder = (".", "/tmp", "/dev/shm")[number % 3]
            stored += open(f"{folder}/{number}", "wb").write(bytes(1 << 20))
    except OSError:
        print(stored <= 10 << 20)
    """
    assert ("True", 0) == in_namespaces(code, limits={"disk_mb": 10})


def test_open_files_are_limited(locked_in):
    said, _ = locked_in(
        f"{TRY}\nattempt(lambda: [open('/dev/null') for _ in range(99)])",
        limits={"open_files": 50},
    )
    assert _says_refused(said), said


def test_processor_time_is_limited(locked_in):
    assert ("", 128 + SIGXCPU) == locked_in("while True: pass", limits={"cpu_seconds": 1})


def test_processor_time_is_limited_for_who_ignores_it(locked_in):
    code = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert ("", 128 + SIGKILL) == locked_in(code, limits={"cpu_seconds": 1})


def test_a_crash_is_told_to_no_program_of_the_host(locked_in):
    assert "(1, 1)" == locked_in("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))")[0]


# ---- how it ends


@pytest.mark.parametrize(
    ("ending", "code"), [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", 137), ("os.abort()", 134)]
)
def test_the_exit_code_is_passed_on(locked_in, ending, code):
    assert ("", code) == locked_in(f"import os; {ending}")


def test_an_interrupt_of_the_waiter_reaches_the_process(locked_in):
    code = """
    import os, signal, sys
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        os.write(1, b"ready\\n")
        signal.pause()
    except KeyboardInterrupt:
        print("interrupted")
    """
    assert ("interrupted", 0) == locked_in(code, when_ready=SIGINT)


def test_telling_the_waiter_to_end_ends_a_process_that_ignores_it(locked_in):
    code = """
    import os, signal
    for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        os.write(1, b"ready\\n")
    while True: signal.pause()
    """
    assert ("", 137) == locked_in(code, when_ready=SIGTERM)


LEFT_BEHIND = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)  # holds stdout open: the test would not end before it does
        os._exit(0)
"""


def test_what_was_left_running_is_gone_with_the_run(locked_in):
    assert ("", 0) == locked_in(LEFT_BEHIND)


def test_a_bomb_that_outlives_its_process_is_put_out(locked_in):
    code = """
    import os, sys
    sys.stdout.flush()
    if os.fork() == 0:
        os.setsid()
        while True:
            try: os.fork()
            except OSError: pass
    """
    assert ("", 0) == locked_in(code, limits={"processes": 16})


def test_everything_is_gone_when_the_server_is_killed(locked_in):
    code = LEFT_BEHIND + "os.write(1, b'ready\\n')\ntime.sleep(600)"
    assert "" == locked_in(code, when_ready="KILL THE SERVER")[0]


# ---- which way


def test_the_probe_says_namespaces_where_they_work():
    refusal = sealing._attempt(Way.NAMESPACES) if linux.is_known_machine() else "not Linux"
    assert (sealing.probe().way is Way.NAMESPACES) is (not refusal)


def _probe_where_refused(*calls):
    code = f"""if True:
        from instructors.engine import linux, sealing, seccomp
        linux.gain_no_privileges()
        linux.install_filter(seccomp.refusing(linux.machine(), {calls}))
        print(sealing.probe().way, sealing.probe().reason, sep=": ")
    """
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("in_landlock")
def test_the_probe_falls_back_to_landlock_where_namespaces_are_refused():
    assert _probe_where_refused("unshare").startswith("landlock: namespaces: PermissionError: [Errno 1] unshare")


@pytest.mark.parametrize("call", ["mount", "pivot_root", "mount_setattr"])
@pytest.mark.skipif(not linux.is_known_machine(), reason="not Linux")
def test_the_probe_notices_whatever_is_refused_on_the_way(call):
    assert f"namespaces: PermissionError: [Errno 1] {call}" in _probe_where_refused(call)


@pytest.mark.skipif(not linux.is_known_machine(), reason="not Linux")
def test_the_probe_says_none_where_the_kernel_refuses_both():
    said = _probe_where_refused("unshare", "landlock_restrict_self")
    assert ("none", " namespaces", " PermissionError") == tuple(said.split(":")[:3])
    assert "landlock: PermissionError" in said


def test_nothing_but_one_module_calls_the_kernel():
    files = [file.name for file in ENGINE.glob("*.py") if "ctypes" in file.read_text(encoding="utf-8")]
    assert ["linux.py"] == files
