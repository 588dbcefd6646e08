"""Writes the filter that the kernel asks before every system call of a learner's code: which are refused.

Owns the list and its reasons, as bytes; `linux.install_filter` hands them to the kernel. A list of what is refused, not of what is
allowed: a notebook may use any of hundreds of calls, and what it must not reach is also kept from it by other means.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable

# linux/bpf_common.h: what an instruction does with the one number the filter holds
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# linux/seccomp.h: what becomes of the call
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
# struct seccomp_data: where the call's number, the architecture and the lower half of its first argument stand
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # x86-64 calls by another numbering begin here, past every rule below
_NAMESPACES = 0x7E020000  # the bits of clone(2) that ask for new namespaces
_UNIX = 1  # AF_UNIX

# name: (x86-64, 64-bit ARM), from the kernel's own tables; None where there is no such call
_NUMBERS: dict[str, tuple[int, int | None]] = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chmod": (90, None),
    "chown": (92, None),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fanotify_init": (300, 262),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "file_setattr": (469, 469),
    "finit_module": (313, 273),
    "fremovexattr": (199, 16),
    "fsconfig": (431, 431),
    "fsetxattr": (190, 7),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "futimesat": (261, None),
    "init_module": (175, 105),
    "inotify_add_watch": (254, 27),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "landlock_restrict_self": (446, 446),
    "lchown": (94, None),
    "lremovexattr": (198, 15),
    "lsetxattr": (189, 6),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "migrate_pages": (256, 238),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgctl": (71, 187),
    "msgget": (68, 186),
    "msgrcv": (70, 188),
    "msgsnd": (69, 189),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "pivot_root": (155, 41),
    "prlimit64": (302, 261),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "removexattr": (197, 14),
    "removexattrat": (466, 466),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "semctl": (66, 191),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "setxattr": (188, 5),
    "setxattrat": (463, 463),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmget": (29, 194),
    "socket": (41, 198),
    "syslog": (103, 116),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "truncate": (76, 45),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "utime": (132, None),
    "utimensat": (280, 88),
    "utimes": (235, None),
}

_REFUSED = (
    # further namespaces, with all capabilities in them, and mounts: the way to undo the sandbox, and the door of most kernel bugs
    *(
        "unshare",
        "setns",
        "mount",
        "umount2",
        "pivot_root",
        "mount_setattr",
        "move_mount",
        "open_tree",
        "open_tree_attr",
    ),
    *("fsopen", "fsconfig", "fsmount", "fspick"),
    # other processes' memory and files
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd", "open_by_handle_at"),
    # the kernel itself, and its parts with a long record of holes that no notebook needs
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("init_module", "finit_module", "kexec_load", "kexec_file_load", "modify_ldt"),
    *("keyctl", "add_key", "request_key"),  # the key rings are shared by all processes of a user
    "syslog",  # the kernel's log tells of other processes
)
# Memory that belongs to no process, so that neither a watchdog nor a limit sees it. "Not there" makes libraries take another way.
# clone3 takes its flags in memory, where no filter can look: the C library then uses clone.
_NOT_THERE = ("clone3", "memfd_create", "memfd_secret", "shmget", "semget", "msgget")
# Where there are no namespaces of our own, the host's processes and files can still be named. Landlock guards what files hold,
# but not these, which need no more than being the same user. Whose a file is, who may read it, and its times: said to be done,
# and not done, because copying a file ends with them, and a copy without them is as good.
_PRETENDED = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
_AMONG_OTHERS = (
    "truncate",  # which Landlock guards from its version 3 on
    # attributes of files
    *(
        "setxattr",
        "lsetxattr",
        "fsetxattr",
        "setxattrat",
        "removexattr",
        "lremovexattr",
        "fremovexattr",
        "removexattrat",
    ),
    "file_setattr",
    # seeing what happens in folders
    *("inotify_add_watch", "fanotify_init"),
    # memory and queues of others
    *("shmat", "shmctl", "semop", "semtimedop", "semctl", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink"),
    # slowing others down
    *("setpriority", "ioprio_set", "move_pages", "migrate_pages"),
)
_OWN_SCHEDULE = ("sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler")
# Signals, which Landlock holds back from its version 6 on.
_TO_SELF = ("kill", "tgkill")
_TO_OTHERS = ("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")


def sandbox_filter(machine: str) -> bytes:
    """Return the filter of a process in namespaces of its own; `machine` is ``x86_64`` or ``aarch64``."""
    return _finished([*_opening(machine), *_always(_numbers(machine), families=(_UNIX,))])


def crowded_filter(machine: str, own: int, *, may_signal: bool) -> bytes:
    """Return the filter of a process that shares files and processes with its host.

    Parameters
    ----------
    machine
        ``x86_64`` or ``aarch64``.
    own
        The process's own id: the one whose priority it may change.
    may_signal
        Whether it may signal others; something else must then keep it from signalling the host's.
    """
    number = _numbers(machine)
    # No sockets at all: names of the host's Unix sockets can be reached, a desktop's message bus among them.
    program = [*_opening(machine), *_always(number, families=())]
    program += _refused(number, _AMONG_OTHERS, errno.EPERM)
    program += _refused(number, _PRETENDED, 0)
    for name in _OWN_SCHEDULE:
        program += _only(number[name], (own, 0), errno.EPERM)
    if not may_signal:
        program += _refused(number, _TO_OTHERS, errno.EPERM)
        for name in _TO_SELF:
            program += _only(number[name], (own, 0), errno.EPERM)  # 0: its process group, of which it is the first
    return _finished(program)


def refusing(machine: str, names: Iterable[str]) -> bytes:
    """Return a filter that refuses these calls and no others: how a stricter machine is played in tests."""
    return _finished([*_opening(machine), *_refused(_numbers(machine), names, errno.EPERM)])


def _numbers(machine: str) -> dict[str, int]:
    row = 0 if machine == "x86_64" else 1
    return {name: number for name, numbers in _NUMBERS.items() if (number := numbers[row]) is not None}


def _always(number: dict[str, int], families: tuple[int, ...]) -> list[bytes]:
    program = _refused(number, _REFUSED, errno.EPERM)
    program += _refused(number, _NOT_THERE, errno.ENOSYS)
    program += _when(number["clone"], [_load(_ARGUMENT), *_if_any_bit(_NAMESPACES, errno.EPERM)])
    program += _only(number["socket"], families, errno.EAFNOSUPPORT)
    program += _only(number["prlimit64"], (0,), errno.EPERM)  # 0: oneself; another's limits are a way to end it
    return program


def _instruction(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Return one struct sock_filter; the last two say how many instructions to skip."""
    return struct.pack("HBBI", code, if_so, if_not, value)


def _opening(machine: str) -> list[bytes]:
    """Numbers mean something else on another architecture, and a 64-bit process can call by the 32-bit table: end it."""
    program = [
        _load(_ARCHITECTURE),
        _instruction(_IF_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _instruction(_RETURN, _KILL),
        _load(_NUMBER),
    ]
    if machine == "x86_64":
        program += [_instruction(_IF_AT_LEAST, _X32, 0, 1), _instruction(_RETURN, _FAIL | errno.EPERM)]
    return program


def _finished(program: list[bytes]) -> bytes:
    return b"".join([*program, _instruction(_RETURN, _ALLOW)])


def _load(where: int) -> bytes:
    return _instruction(_LOAD, where)


def _refused(number: dict[str, int], names: Iterable[str], error: int) -> list[bytes]:
    program: list[bytes] = []
    for name in names:
        if name in number:  # the older calls are missing on ARM
            program += [_instruction(_IF_EQUAL, number[name], 0, 1), _instruction(_RETURN, _FAIL | error)]
    return program


def _if_any_bit(bits: int, error: int) -> list[bytes]:
    return [_instruction(_IF_ANY_BIT, bits, 0, 1), _instruction(_RETURN, _FAIL | error)]


def _when(number: int, rules: list[bytes]) -> list[bytes]:
    """Apply rules to one call; they may load something else, so the number is loaded again after them."""
    rules = [*rules, _load(_NUMBER)]
    return [_instruction(_IF_EQUAL, number, 0, len(rules)), *rules]


def _only(number: int, allowed: tuple[int, ...], error: int) -> list[bytes]:
    """Let a call pass only when its first argument, an int, is one of these."""
    rules = [_load(_ARGUMENT)]
    for place, value in enumerate(allowed):
        rules.append(_instruction(_IF_EQUAL, value, len(allowed) - place, 0))  # past the refusal
    return _when(number, [*rules, _instruction(_RETURN, _FAIL | error)])
