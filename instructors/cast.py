"""The simulated learners of the demo: who they are, what they get wrong, what they do to their files.

Twelve for one lesson, all kinds of them; four who go through the whole block, from the first week to the memo of the last.
"""

from __future__ import annotations

from instructors import simulate
from instructors.simulate import Profile

ALL = tuple(f"{lesson}.{number}" for lesson in range(1, 6) for number in range(1, 10))

LEARNERS = (
    Profile("amelie", "strong: every answer right, by form"),
    Profile("benoit", "strong: every answer right, by code, in his own spelling", spelling=1, by_code=ALL),
    Profile("carla", "typical: reads shares for effects", slips={"1.1": 0, "1.4": 0, "1.6": 0}),
    Profile("driss", "typical: forgets the base, takes size for direction", slips={"1.2": 0, "1.5": 0, "1.8": 0}),
    Profile("elena", "typical: ranks by signed means, misses the twins", slips={"1.3": 0, "1.7": 0}, by_code=("1.3",)),
    Profile(
        "farid", "typical: adds PDs, and writes where a choice is asked", slips={"1.2": 1, "1.8": 2}, misreads=("1.4",)
    ),
    Profile(
        "gaelle",
        "half done: the first four questions; code and form differ in one",
        skips=("1.5", "1.6", "1.7", "1.8"),
        second_thoughts={"1.2": 0},
    ),
    Profile("hugo", "half done: every second question, one slip", slips={"1.1": 1}, skips=("1.2", "1.4", "1.6", "1.8")),
    Profile("ines", "absent: hands nothing in", absent=True),
    Profile(
        "jonas",
        "broken notebook: the file is cut in half, his forms are not",
        skips=("1.8",),
        tamper=simulate.break_file,
    ),
    Profile("karim", "curious hands: cells deleted, doubled, renamed", tamper=simulate.rearrange),
    Profile(
        "lena",
        "hostile: forges outputs and answers, shows scripts, kills the kernel",
        skips=("1.3",),
        tamper=simulate.attack,
    ),
)

OF_THE_WHOLE = (
    Profile("amelie", "strong: every answer right, by form; a memo that the rubric calls exemplary", memo=3),
    Profile("benoit", "strong: every answer right, by code, in his own spelling", spelling=1, by_code=ALL, memo=2),
    Profile(
        "carla",
        "typical: a slip or two a week, a memo in need of evidence",
        slips=dict.fromkeys(("1.2", "1.6", "2.2", "2.7", "3.1", "3.5", "4.1", "4.4", "5.1", "5.2"), 0),
        memo=1,
    ),
    Profile(
        "hugo",
        "half done: every second question, week 3 not handed in, no memo",
        skips=(*tuple(f"{lesson}.{number}" for lesson in range(1, 6) for number in (2, 4, 6, 8)), "5.5"),
        misses=("4",),
    ),
)
