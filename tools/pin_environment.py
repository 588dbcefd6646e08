"""Write the versions of `requirements.lock` into `environment.yml`, so that both front doors lead to the same room.

Called by `make lock`. Changes versions only: which packages the conda file names is decided by hand.
"""

import re
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent.parent


def pins(lock: str) -> dict[str, str]:
    """Name -> version of every package that the lock installs on this machine."""
    found = (Requirement(line.rstrip(" \\")) for line in lock.splitlines() if re.match(r"[a-z0-9]", line))
    return {one.name: str(one.specifier).removeprefix("==") for one in found if not one.marker or one.marker.evaluate()}


def pinned(environment: str, versions: dict[str, str]) -> str:
    """`environment` with the version of each package that has one replaced; conda writes some hyphens as underscores."""

    def line(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}={versions[found[2].replace('_', '-')]}"

    return re.sub(r"(?m)^(  - )([\w.-]+)=[\w.]+$", line, environment)


if __name__ == "__main__":
    target = HERE / "environment.yml"
    target.write_text(pinned(target.read_text(), pins((HERE / "requirements.lock").read_text())))
