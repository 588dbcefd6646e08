"""The Linux kernel's own means of locking a process in, called directly: the only module here with system calls of its own.

Owns the numbers and the layouts of these calls, each with its reason; `seccomp` owns the filter. Decides nothing: what is locked
in, and how, is `sealing`'s and `landlock`'s. Can be imported anywhere; every call needs Linux and raises `OSError` when refused.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any

from instructors.engine.jobs import Limits

if sys.platform != "win32":
    import resource

# unshare(2), linux/sched.h: each gives the caller an own copy of one thing that processes otherwise share.
NEW_MOUNTS = 0x00020000  # what is mounted where
NEW_NAME = 0x04000000  # the machine's name
NEW_IPC = 0x08000000  # System V memory, semaphores, message queues
NEW_USERS = 0x10000000  # ids and capabilities: what makes all others possible without being root
NEW_PROCESSES = 0x20000000  # process ids: others cannot be seen or signalled, and all end with the first
NEW_NETWORK = 0x40000000  # an empty network, without even a working loopback

# mount(2), linux/mount.h
READ_ONLY = 1
NO_SETUID = 2  # programs there gain no rights when started
NO_DEVICES = 4
NO_EXECUTION = 8
_REMOUNT = 32
_BIND = 4096
_RECURSIVE = 16384
_PRIVATE = 1 << 18
_DETACH = 2  # umount2(2): now for us, later for whoever still uses it

# mount_setattr(2), linux/mount.h
_ATTRIBUTE_READ_ONLY = 1
_ATTRIBUTE_NO_SETUID = 2
_ATTRIBUTE_NO_DEVICES = 4
_AT_CURRENT_DIRECTORY = -100
_AT_RECURSIVE = 0x8000

# prctl(2), linux/prctl.h
_PARENT_DEATH_SIGNAL = 1
_DUMPABLE = 4
_KEEP_CAPABILITIES = 8
_SECCOMP = 22
_DROP_FROM_BOUNDING_SET = 24
_CHILD_SUBREAPER = 36
_NO_NEW_PRIVILEGES = 38
_FILTER = 2  # SECCOMP_MODE_FILTER

_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3: two words of 32 bits each
_READ_ANYTHING, _ADMINISTER = 2, 21  # CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN, linux/capability.h
_COLLAPSE = 25  # MADV_COLLAPSE, madvise(2), linux/mman.h
_SIGKILL = 9
_MOST_SIGNALS = 1024  # waiting to be delivered

# Calls for which the C library has no function of its own; from 424 on, numbers are the same on every architecture.
_MOUNT_SETATTR = 442
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_LANDLOCK_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION: ask for the version instead of making a ruleset
_LANDLOCK_PATH = 1  # LANDLOCK_RULE_PATH_BENEATH


def is_known_machine() -> bool:
    """Tell whether the numbers of system calls are known here: Linux on x86-64 or 64-bit ARM."""
    return sys.platform == "linux" and machine() in _PIVOT_ROOT


def machine() -> str:
    """Return the processor's architecture, as the kernel names it."""
    return os.uname().machine if sys.platform != "win32" else ""


@cache
def _libc() -> Any:
    """Return the C library this Python is linked with; `use_errno` keeps its error number for us."""
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, call: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def _system_call(name: str, number: int, *arguments: Any) -> int:
    """Make a call by its number. Integers go as `long`: a variadic C function does not widen them for us."""
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _checked(_libc().syscall(ctypes.c_long(number), *wide), name)


def _process_control(name: str, option: int, value: int = 0, pointer: Any = 0) -> None:
    """Call prctl(2). Unused arguments must be zero, or newer kernels refuse."""
    long = ctypes.c_ulong
    third = pointer if isinstance(pointer, ctypes.c_void_p) else long(pointer)
    _checked(_libc().prctl(ctypes.c_int(option), long(value), third, long(0), long(0)), name)


# ---- namespaces and ids


def unshare(kinds: int) -> None:
    """Leave the shared namespaces of these kinds for new ones. Needs a process of a single thread for `NEW_USERS`."""
    _checked(_libc().unshare(ctypes.c_int(kinds)), "unshare")


def map_own_ids(outside_user: int, outside_group: int, inside: int) -> None:
    """Give the only user and group of a new user namespace the id `inside`; nobody else exists there.

    Parameters
    ----------
    outside_user, outside_group
        Our own ids outside: nothing else may be mapped without rights over the parent namespace.
    inside
        What they are called inside. Not 0: programs treat root differently.
    """
    # Without this an unprivileged process could shed a group that denies it a file: the kernel asks for it first.
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{inside} {outside_user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{inside} {outside_group} 1", encoding="ascii")


def become(user: int, *, still_read: bool = False) -> None:
    """Stop being root, for good: real, effective and saved ids of user and group, and no further groups.

    Real root is exempt from the limit on processes, and owns whatever it reaches.

    Parameters
    ----------
    user
        Whom to become; also the group.
    still_read
        Keep the one right to read what is not ours, for a Python that only root can read; something else must then guard
        what is read.
    """
    os.setgroups([])  # first: needs the rights that the next lines give up
    os.setresgid(user, user, user)
    _process_control("prctl(PR_SET_KEEPCAPS)", _KEEP_CAPABILITIES, int(still_read))
    os.setresuid(user, user, user)
    if still_read:
        _set_capabilities(1 << _READ_ANYTHING)
    # A change of ids makes /proc/self belong to root, and we still have to write our own uid_map there.
    _process_control("prctl(PR_SET_DUMPABLE)", _DUMPABLE, 1)


# ---- mounts


def mount(kind: str, target: str, flags: int = 0, options: str = "") -> None:
    """Mount a fresh file system of a kind that needs no device: tmpfs, proc, devpts."""
    _mount(kind, target, kind, flags, options)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    def encoded(text: str | None) -> bytes | None:
        return None if text is None else os.fsencode(text)

    result = _libc().mount(
        encoded(source), encoded(target), encoded(kind), ctypes.c_ulong(flags), encoded(options or None)
    )
    _checked(result, f"mount {target}")


def keep_mounts_private() -> None:
    """Keep what is mounted from now on from appearing outside, and the other way round.

    A new mount namespace is a copy, but a copy whose mounts are shared still passes changes on; systemd shares all.
    """
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)


def bind(source: str, target: str) -> None:
    """Show what is at `source` also at `target`, with all that is mounted below it; `target` must exist."""
    _mount(source, target, None, _BIND | _RECURSIVE)


def protect(target: str, *, writable: bool = False, devices: bool = False) -> None:
    """Make a mount and all mounts below it read-only, without set-user-id and without device files.

    mount_setattr(2), Linux 5.12: the old way (remounting) reaches only the topmost mount, and a mount below it, say of a
    home directory on a server, would have stayed writable.
    """
    attributes = _ATTRIBUTE_NO_SETUID
    attributes |= 0 if writable else _ATTRIBUTE_READ_ONLY
    attributes |= 0 if devices else _ATTRIBUTE_NO_DEVICES
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)  # struct mount_attr: set, clear, propagation, user namespace
    call = f"mount_setattr {target}"
    _system_call(call, _MOUNT_SETATTR, _AT_CURRENT_DIRECTORY, os.fsencode(target), _AT_RECURSIVE, wanted, len(wanted))


def make_read_only(target: str, flags: int) -> None:
    """Make one mount read-only, here and not for others who see the same file system; `flags` must repeat what it has."""
    _mount(None, target, None, _REMOUNT | _BIND | READ_ONLY | flags)


def change_root(new: str, old: str) -> None:
    """Make the mount at `new` the root of everything; what was the root goes to `old`, a directory below `new`.

    Not chroot(2): that changes where names begin, and a process with rights over its mounts walks out of it again.
    """
    _system_call("pivot_root", _PIVOT_ROOT[machine()], os.fsencode(new), os.fsencode(old))
    os.chdir("/")  # or the old root stays reachable as the working directory


def detach(target: str) -> None:
    """Take a mount and all below it away from under `target`, even though something of it is in use."""
    _checked(_libc().umount2(os.fsencode(target), ctypes.c_int(_DETACH)), f"umount {target}")


# ---- what a process may do


def die_with_parent(number: int = _SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent ends. A change of ids clears it: comes after those."""
    _process_control("prctl(PR_SET_PDEATHSIG)", _PARENT_DEATH_SIGNAL, number)


def adopt_orphans() -> None:
    """Become the parent of whatever our descendants leave behind, in place of the machine's first process."""
    _process_control("prctl(PR_SET_CHILD_SUBREAPER)", _CHILD_SUBREAPER, 1)


def let_others_look(yes: bool) -> None:
    """Allow or forbid processes of the same user to look into this one (/proc/N/mem, ptrace, core files)."""
    _process_control("prctl(PR_SET_DUMPABLE)", _DUMPABLE, int(yes))


def gain_no_privileges() -> None:
    """Give up, for good and for all descendants, gaining rights by starting a program; a filter needs it."""
    _process_control("prctl(PR_SET_NO_NEW_PRIVS)", _NO_NEW_PRIVILEGES, 1)


def may_administer() -> bool:
    """Tell whether this process may mount as it is. Root in a container mostly may not."""
    return bool(int(_own_status("CapEff:"), 16) >> _ADMINISTER & 1)


def drop_capabilities(*, still_read: bool = False) -> None:
    """Give up every capability, and the possibility of ever getting one back; `still_read` as for `become`.

    In a new user namespace a process has all of them: without this it could mount, and undo what was mounted.
    """
    for capability in range(64):
        # The bounding set caps what a started program may gain. It ends at the kernel's last capability: EINVAL. Without
        # CAP_SETPCAP (never in a user namespace of ours, but under Landlock) nothing can be dropped, and nothing is held.
        if _libc().prctl(_DROP_FROM_BOUNDING_SET, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    _set_capabilities(1 << _READ_ANYTHING if still_read else 0)


def _set_capabilities(held: int) -> None:
    header = struct.pack("II", _CAPABILITY_VERSION, 0)  # 0: this process
    low, high = held & 0xFFFFFFFF, held >> 32
    # Effective, permitted and inheritable, first their lower 32 bits and then their upper ones; no program inherits any.
    wanted = struct.pack("6I", low, low, 0, high, high, 0)
    _system_call("capset", _CAPSET[machine()], header, wanted)


def install_filter(program: bytes) -> None:
    """Have the kernel judge every further system call of this process and its descendants by a filter.

    Parameters
    ----------
    program
        Classic BPF instructions of 8 bytes each, as `instructors.engine.seccomp` writes them.
    """
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: number of instructions (16 bits, then padding up to a pointer), and where they are.
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    where = ctypes.c_void_p(ctypes.addressof(described))
    _process_control("prctl(PR_SET_SECCOMP)", _SECCOMP, _FILTER, where)


def limit_resources(limits: Limits, processes: int) -> None:
    """Set the kernel's own limits of this process and its descendants; none can be raised again.

    Parameters
    ----------
    limits
        Of the run.
    processes
        How many processes and threads the user may have in all, where the kernel counts them.
    """
    megabyte = 1 << 20
    # A quarter above what the run may have: so that growth ends at the watchdog's limit, named as what it is, and only
    # what would go far beyond it at one stroke is refused as a MemoryError. What was inherited by forking is not its own.
    # Not RLIMIT_AS: numba and BLAS reserve addresses they never use.
    data = _own_data() + limits.memory_mb * megabyte * 5 // 4
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, limits.file_mb * megabyte),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, processes),
        # No memory in a file. Not 0: where a program is told of crashes (systemd's, Ubuntu's), only 1 keeps the kernel from
        # starting it, as root, on what a learner made.
        (resource.RLIMIT_CORE, 1),
        (resource.RLIMIT_MSGQUEUE, 0),  # POSIX message queues are memory nobody counts
        (resource.RLIMIT_SIGPENDING, _MOST_SIGNALS),  # counted for all processes of the user, the host's own too
    ):
        ceiling = resource.getrlimit(kind)[1]
        bounded = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        # At the soft limit of processor time comes SIGXCPU, which says why; at the hard one SIGKILL, which nothing can ignore.
        spare = 2 if kind == resource.RLIMIT_CPU and ceiling == resource.RLIM_INFINITY else 0
        resource.setrlimit(kind, (bounded, bounded + spare))


def _own_data() -> int:
    """Return how many bytes of writable memory this process has already."""
    return int(_own_status("VmData:").split()[0]) * 1024


def _own_status(name: str) -> str:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(line.removeprefix(name) for line in status.splitlines() if line.startswith(name)).strip()


def gather_pages(large: int = 1 << 21) -> None:
    """Let the kernel keep this process's own memory in large pages where it can: a fork then copies far fewer entries.

    Content and rights stay as they are, and where it cannot (before Linux 6.1; little memory in one piece) so do the pages.

    Parameters
    ----------
    large
        Bytes of a large page: 2 MiB on x86-64, and on 64-bit ARM with small pages of 4 KiB.
    """
    advise = _libc().madvise
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        span, rights, _offset, _device, inode, *_name = line.split()
        if "w" not in rights or inode != "0":  # a file's, or never changed
            continue
        begin, end = (int(address, 16) for address in span.split("-"))
        for address in range(-(-begin // large) * large, end - large + 1, large):
            advise(ctypes.c_void_p(address), ctypes.c_size_t(large), ctypes.c_int(_COLLAPSE))  # a refusal is no matter


# ---- Landlock


def landlock_version() -> int:
    """Return the version of Landlock that this kernel speaks; 0 where there is none."""
    try:
        return _system_call("landlock_create_ruleset", _LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION)
    except OSError:
        return 0  # ENOSYS: too old; EOPNOTSUPP: not switched on; EPERM: a container's filter does not know it


def landlock_ruleset(files: int, network: int, scopes: int) -> int:
    """Begin a set of rules: every right named here is refused unless a rule allows it. Returns its descriptor.

    Parameters
    ----------
    files, network, scopes
        Bits of linux/landlock.h; `network` from version 4 on, `scopes` from version 6 on, 0 before.
    """
    # struct landlock_ruleset_attr grew: an older kernel refuses a longer one unless what it does not know is zero.
    described = struct.pack("QQQ", files, network, scopes)
    size = 24 if scopes else 16 if network else 8
    return _system_call("landlock_create_ruleset", _LANDLOCK_CREATE, described[:size], size, 0)


def landlock_allow(ruleset: int, path: str, rights: int) -> None:
    """Allow rights over a file, or over a directory and all below it."""
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)  # names it without opening it
    try:
        rule = struct.pack("=Qi", rights, place)  # struct landlock_path_beneath_attr, packed
        _system_call(f"landlock_add_rule {path}", _LANDLOCK_ADD, ruleset, _LANDLOCK_PATH, rule, 0)
    finally:
        os.close(place)


def landlock_restrict(ruleset: int) -> None:
    """Hold this process and its descendants to the rules, for good. Needs `gain_no_privileges` first."""
    _system_call("landlock_restrict_self", _LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)
