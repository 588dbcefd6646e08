"""The filter of system calls, judged by a reading of its instructions: for both architectures, on any machine."""

import errno
import struct

import pytest

from instructors.engine import seccomp

X86, ARM = "x86_64", "aarch64"
ALLOWED, KILLED = 0x7FFF0000, 0x80000000
REFUSED, NOT_THERE, NO_FAMILY = (0x00050000 | number for number in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT))
AUDIT = {X86: 0xC000003E, ARM: 0xC00000B7}
CALLS = {name: dict(zip((X86, ARM), numbers, strict=True)) for name, numbers in seccomp._NUMBERS.items()}


def judged(program, architecture, number, argument=0):
    """Run the program as the kernel does, on one call."""
    memory = struct.pack("<IIQ6Q", number, architecture, 0, argument, *[0] * 5)
    steps, held, at = list(struct.iter_unpack("HBBI", program)), 0, 0
    while True:
        code, if_so, if_not, value = steps[at]
        if code == 0x06:
            return value
        if code == 0x20:
            held = struct.unpack_from("<I", memory, value)[0]
            at += 1
        else:
            is_so = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            at += 1 + (if_so if is_so else if_not)


def sandboxed(machine, name, argument=0):
    return judged(seccomp.sandbox_filter(machine), AUDIT[machine], CALLS[name][machine], argument)


def crowded(machine, name, argument=0, may_signal=True):
    program = seccomp.crowded_filter(machine, 77, may_signal=may_signal)
    return judged(program, AUDIT[machine], CALLS[name][machine], argument)


both = pytest.mark.parametrize("machine", [X86, ARM])


def on_both(names):
    return [(machine, name) for name in names for machine in (X86, ARM) if CALLS[name][machine] is not None]


@pytest.mark.parametrize(("machine", "name"), on_both(seccomp._REFUSED))
def test_what_no_notebook_needs_is_refused(machine, name):
    assert REFUSED == sandboxed(machine, name)


@both
@pytest.mark.parametrize("name", seccomp._NOT_THERE)
def test_memory_that_nobody_counts_is_said_not_to_be_there(machine, name):
    assert NOT_THERE == sandboxed(machine, name)


@both
def test_ordinary_calls_pass(machine):
    numbers = {X86: (0, 1, 2, 3, 9, 57, 59, 231), ARM: (56, 57, 62, 63, 64, 93, 221, 222)}[machine]
    assert {ALLOWED} == {judged(seccomp.sandbox_filter(machine), AUDIT[machine], number) for number in numbers}


@both
@pytest.mark.parametrize("flag", [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
def test_a_clone_into_new_namespaces_is_refused(machine, flag):
    assert REFUSED == sandboxed(machine, "clone", flag | 17)


@both
def test_a_clone_that_is_a_thread_passes(machine):
    assert ALLOWED == sandboxed(machine, "clone", 0x3D0F00)


@both
def test_only_unix_sockets_pass(machine):
    expected = [ALLOWED, NO_FAMILY, NO_FAMILY, NO_FAMILY]
    assert expected == [sandboxed(machine, "socket", family) for family in (1, 2, 10, 16)]


@both
def test_among_others_no_socket_passes(machine):
    assert [NO_FAMILY] * 3 == [crowded(machine, "socket", family) for family in (1, 2, 10)]


@pytest.mark.parametrize(("machine", "name"), on_both(seccomp._PRETENDED))
def test_among_others_changes_of_whose_a_file_is_are_pretended(machine, name):
    assert 0x00050000 == crowded(machine, name)


@both
def test_only_one_s_own_limits_can_be_changed(machine):
    assert [ALLOWED, REFUSED] == [sandboxed(machine, "prlimit64", pid) for pid in (0, 1)]


@both
@pytest.mark.parametrize("name", seccomp._TO_SELF)
def test_signals_reach_only_oneself_where_nothing_else_holds_them_back(machine, name):
    others = [crowded(machine, name, pid, may_signal=False) for pid in (77, 0, 78, 2**32 - 1)]
    assert [ALLOWED, ALLOWED, REFUSED, REFUSED] == others


@both
@pytest.mark.parametrize("name", seccomp._TO_SELF)
def test_signals_pass_where_something_else_holds_them_back(machine, name):
    assert ALLOWED == crowded(machine, name, 78)


@both
def test_calls_of_another_architecture_end_the_process(machine):
    assert KILLED == judged(seccomp.sandbox_filter(machine), 0x40000003, 5)


def test_calls_by_the_x32_table_are_refused():
    assert REFUSED == judged(seccomp.sandbox_filter(X86), AUDIT[X86], 0x40000000 | CALLS["ptrace"][X86])


def test_calls_that_an_architecture_lacks_are_left_out():
    assert len(seccomp.crowded_filter(ARM, 1, may_signal=True)) < len(seccomp.crowded_filter(X86, 1, may_signal=True))
