"""What Landlock alone does not guard, tried by a process that is the same user as the host's own: the filter has to."""

import os
import stat
import subprocess
import sys

import pytest

from instructors.engine import landlock

pytestmark = pytest.mark.slow
REFUSED = "REFUSED"


@pytest.fixture
def gradebook(tmp_path):
    file = tmp_path / "gradebook.db"
    file.write_text("points")
    return file


@pytest.mark.parametrize(
    "call",
    [
        "os.truncate(p, 0)",
        "os.setxattr(p, 'user.x', b'x')",
        "os.unlink(p)",
        "os.rename(p, p + '2')",
        "os.rename(p, 'here')",
        "os.link(p, 'here')",
        "os.mkdir(p + '.d')",
        "os.symlink('/', p + '.l')",
        "os.mkfifo(p + '.f')",
        "os.listdir(os.path.dirname(p))",
        "os.listdir('/')",
        "os.listdir('/tmp')",
        "os.listdir('/dev/shm')",
        "open('/dev/tty', 'w')",
    ],
)
def test_a_file_of_the_host_cannot_be_touched_by_its_own_owner(in_landlock, gradebook, call):
    said, _ = in_landlock(f"import os\np = {str(gradebook)!r}\ntry: print({call})\nexcept OSError: print('REFUSED')")
    assert (REFUSED, "points", ["gradebook.db"]) == (said, gradebook.read_text(), os.listdir(gradebook.parent))


def test_a_link_out_of_the_working_directory_leads_nowhere(in_landlock, gradebook):
    code = f"import os\nos.symlink({str(gradebook)!r}, 'x')\ntry: open('x')\nexcept OSError: print('REFUSED')"
    assert REFUSED == in_landlock(code)[0]


@pytest.mark.parametrize("call", ["os.chmod(p, 0)", "os.chown(p, 1, 1)", "os.utime(p, (0, 0))", "os.utime(p)"])
def test_whose_a_file_is_and_who_may_read_it_cannot_be_changed(in_landlock, gradebook, call):
    before = gradebook.stat()
    assert ("", 0) == in_landlock(f"import os\np = {str(gradebook)!r}\n{call}")
    assert before == gradebook.stat()


def test_permissions_of_what_can_be_read_cannot_be_changed(in_landlock):
    before = os.stat(landlock.__file__)
    code = (
        "import os\nfrom instructors.engine import landlock\nos.fchmod(os.open(landlock.__file__, os.O_RDONLY), 0o777)"
    )
    assert ("", 0) == in_landlock(code)
    assert before.st_mode == os.stat(landlock.__file__).st_mode


def test_files_can_be_copied_inside(in_landlock):
    code = (
        "import shutil\nshutil.copy2('a', 'b'); shutil.copytree('.', PLACE.temporary + '/c'); print(open('b').read())"
    )
    assert ("mine", 0) == in_landlock(code, files={"a": "mine"})


@pytest.mark.parametrize(
    "call",
    [
        "os.setpriority(os.PRIO_PROCESS, SERVER, 19)",
        "os.sched_setaffinity(SERVER, {0})",
        "os.killpg(os.getpgid(SERVER), 9)",
        "signal.pidfd_send_signal(os.pidfd_open(SERVER), 9)",
    ],
)
def test_processes_of_the_same_user_cannot_be_reached(in_landlock, call):
    code = f"import os, signal\ntry: print({call})\nexcept OSError: print('REFUSED')"
    assert (REFUSED, 0) == in_landlock(code)


def test_not_even_a_unix_socket_can_be_opened(in_landlock):
    code = "import socket\ntry: socket.socket(socket.AF_UNIX)\nexcept OSError: print('REFUSED')"
    assert REFUSED == in_landlock(code)[0]


def test_an_older_landlock_is_made_up_for_by_the_filter(in_landlock):
    code = """
    import os
    from instructors.engine import linux, seccomp
    linux.install_filter(seccomp.crowded_filter(linux.machine(), os.getpid(), may_signal=False))
    for pid in (SERVER, WAITER, -1, os.getpid()):
        try: print(os.kill(pid, 0))
        except OSError: print("REFUSED")
    """
    assert [REFUSED, REFUSED, REFUSED, "None"] == in_landlock(code)[0].split()


def test_the_folders_of_the_run_are_gone_afterwards(in_landlock):
    code = "import os\nos.makedirs('a/b'); os.mkdir('closed', 0); open('a/b/c', 'w').close(); print(os.path.dirname(PLACE.work))"
    said, _ = in_landlock(code)
    assert (True, False) == (os.path.basename(said).startswith("situ-"), os.path.exists(said))


def test_the_folders_of_a_run_belong_to_nobody_else(in_landlock):
    said, _ = in_landlock("import os; print(os.stat(os.path.dirname(PLACE.work)).st_mode)")
    assert 0o700 == stat.S_IMODE(int(said))


def test_orphans_that_start_others_are_ended(in_landlock):
    code = """if True:
        import os, subprocess, sys, time
        from instructors.engine import landlock, linux, process_tree
        linux.adopt_orphans()
        for _ in range(5):
            subprocess.Popen(["sh", "-c", "(sleep 600; :) & (sleep 600; :) &"]).wait()
        landlock.end_descendants()
        print(process_tree.descendants(os.getpid()))
    """
    assert (
        "[]\n" == subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    )
