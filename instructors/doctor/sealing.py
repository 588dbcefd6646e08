"""How a machine seals, and what to do about one that cannot or only in the weaker way: in words, for whoever runs the class.

Reads a few of the kernel's settings; changes none of them.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from instructors.doctor.findings import Finding, Standing
from instructors.engine.sealing import Probe, Way

_SETTINGS = Path("/proc/sys")
_CONTAINERS = {"/.dockerenv": "Docker", "/run/.containerenv": "Podman"}

DOCKER = "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
PODMAN = "--security-opt seccomp=unconfined --security-opt unmask=ALL"

WEAKER = (
    "what each run keeps in files is limited file by file, not in all; whether a file of this machine exists can be seen, "
    "though not what is in it; `!command` and processes that share memory or locks do not work in a notebook"
)
UNSEALED = (
    "A submission would run with your own rights: it could read the keys and the gradebook, change marks, reach the network. "
    "What it put out would still be judged apart, by a process that runs none of its code"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What of a machine bears on sealing.

    Attributes
    ----------
    system
        As `platform.system` names it.
    container
        The kind of container we are in; empty in none.
    apparmor_restricts, debian_restricts, no_namespaces
        The settings by which a kernel refuses user namespaces.
    """

    system: str = "Linux"
    container: str = ""
    apparmor_restricts: bool = False
    debian_restricts: bool = False
    no_namespaces: bool = False


def this_machine() -> Machine:
    """Look at this machine."""
    return Machine(
        platform.system(),
        next((name for file, name in _CONTAINERS.items() if Path(file).exists()), ""),
        _setting("kernel/apparmor_restrict_unprivileged_userns") == "1",
        _setting("kernel/unprivileged_userns_clone") == "0",
        _setting("user/max_user_namespaces") == "0",
    )


def examine_sealing(probe: Probe, machine: Machine | None = None) -> list[Finding]:
    """Say how this machine seals; `machine` is looked at unless given."""
    about = "sealing submissions"
    if probe.way is Way.NAMESPACES:
        return [Finding(about, Standing.HOLDS, "Each submission runs in namespaces of its own, without root.")]
    do = advice(machine or this_machine())
    if probe.way is Way.LANDLOCK:
        says = f"With Landlock, because namespaces are refused ({probe.reason}). It seals, and is weaker: {WEAKER}."
        return [Finding(about, Standing.LOOK, says, do)]
    says = f"This machine cannot ({probe.reason}). {UNSEALED}."
    return [Finding(about, Standing.FAILS, says, f"{do} Until then, situ grade asks for --unsealed.")]


def advice(machine: Machine) -> str:
    """Return what to do so that the machine can seal in namespaces."""
    if machine.system == "Darwin":
        return f"Grade on Linux: on a server, in a virtual machine, or here in a container: docker run {DOCKER} …"
    if machine.system == "Windows":
        return "Grade on Linux: `wsl --install` gives you one (WSL 2). Install Situ and keep the class inside it."
    ways = []
    if machine.container:
        ways.append(f"Start the container with {PODMAN if machine.container == 'Podman' else DOCKER}.")
    if machine.apparmor_restricts:
        ways.append(
            "AppArmor keeps user namespaces from programs without a profile, as Ubuntu does from 24.04 on: give this Python a "
            "profile (docs/instructors.md, Machines), or as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0."
        )
    if machine.debian_restricts:
        ways.append("As root: sysctl -w kernel.unprivileged_userns_clone=1.")
    if machine.no_namespaces:
        ways.append("As root: sysctl -w user.max_user_namespaces=15000.")
    return " ".join(ways) or "Ask whoever runs this machine to allow user namespaces, or grade in a virtual machine."


def _setting(name: str) -> str:
    file = _SETTINGS / name
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""
