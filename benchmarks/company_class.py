"""How long a class on a company's own portfolio takes, beside one on a generated portfolio of the same size.

Prints one JSON object: seconds of each step, the proof's share, the ratio of both ways, and the ratio to the three minutes that the
proof may take. The company's file is a CSV with semicolons and decimal commas of the generator's own rows: as many columns and
questions as there can be, so that nothing is left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from graders.content import load_module
from instructors.company.making import LEARNERS, new_company_class
from instructors.company.offering import Wanted
from instructors.content import dataset_folder, find_block
from instructors.making import Plan, new_class

LIMIT = 180.0  # seconds, on two cores


def main() -> None:
    """Make both classes, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--learners", type=int, default=LEARNERS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        steps = _Steps()
        new_class(root / "generated", Plan("credit-xai", "generated", seed=1, rows=asked.rows), steps)
        generated = steps.ended()
        file, contract = _company_files(root, asked.rows)
        steps = _Steps()
        made = new_company_class(
            root / "own",
            Plan("credit-xai", "own", seed=1),
            Wanted(file, contract),
            steps,
            learners=asked.learners,
        )
        own = steps.ended()
    proof = made.filed.proof
    assert proof is not None  # else the class had been refused
    print(
        json.dumps(
            {
                "rows": asked.rows,
                "learners": asked.learners,
                "answers": len(proof.judged),
                "wrong_marks": len(proof.wrong),
                "generated": generated,
                "own": own,
                "own_over_generated": round(sum(own.values()) / sum(generated.values()), 2),
                "proof_over_limit": round(proof.seconds / LIMIT, 2),
            },
            indent=1,
        )
    )


class _Steps:
    """Takes the time of each step as it is announced."""

    def __init__(self) -> None:
        self._began: list[tuple[str, float]] = []

    def __call__(self, text: str) -> None:
        self._began.append((text, time.monotonic()))

    def ended(self) -> dict[str, float]:
        """Return the seconds of each step, the last one ending now."""
        ends = [began for _text, began in self._began[1:]] + [time.monotonic()]
        return {text: round(end - began, 1) for (text, began), end in zip(self._began, ends, strict=True)}


def _company_files(root: Path, rows: int) -> tuple[Path, Path]:
    block = find_block("credit-xai")
    dataset = dataset_folder(block.settings.dataset, block)
    table = load_module(dataset / "generate.py").generate(rows=rows, seed=2, variant=0).table
    file, contract = root / "portfolio.csv", root / "ours.toml"
    table.to_csv(file, sep=";", decimal=",", index=False)
    contract.write_bytes((dataset / "contract.toml").read_bytes())
    return file, contract


if __name__ == "__main__":
    main()
