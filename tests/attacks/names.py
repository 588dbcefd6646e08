"""Attacks through names: of learners, of their folders, in the instructor's list. Sections 4.3, 4.5 and 4.7.

A folder whose name is no learner's id is refused: it is graded as nobody's, and the instructor is told.
"""

from pathlib import Path

from graders.content import load_module

_ = load_module(Path(__file__).with_name("attack.py"))
Attack, ALL, RIGHT, HIT = _.Attack, _.ALL, _.RIGHT, _.HIT

_NOW = "window.__hit=1"


def _refused(name, technique, tries, learner, section="4.5"):
    return Attack(name, section, technique, tries, [], RIGHT, outcome="refused", learner=learner)


ATTACKS = (
    _refused("id-as-pattern", "an id that is a pattern", "is graded as whoever it matches", "zz-hones?"),
    _refused("id-as-range", "an id that is a pattern", "is graded as whoever it matches", "[a-z]z-honest"),
    _refused("id-as-all", "an id that is a pattern", "is graded as everybody", "*"),
    _refused(
        "id-with-format",
        "an id that is a format",
        "reaches into the program's own objects",
        "{0.__class__}{student_id}",
    ),
    _refused("id-with-percent", "an id that is a format", "reaches into the log", "%s%n%(asctime)s"),
    _refused(
        "id-for-the-shell", "an id for the shell", "runs as a command", f"$(touch {HIT})`touch {HIT}`;touch {HIT}"
    ),
    _refused("id-as-option", "an id that is an option", "is taken for a switch", "--force"),
    _refused(
        "id-with-newline",
        "an id of two lines",
        "stops nbgrader, or forges a line of the log",
        "aa\n2026 CRITICAL zz-honest",
    ),
    _refused(
        "id-with-escapes",
        "an id with terminal codes",
        "runs in the instructor's terminal",
        f"\x1b]0;{HIT}\x07\x1b[2J",
        "own",
    ),
    _refused(
        "id-with-markup", "an id with markup", "runs in the pages of formgrader", f"<img src=x onerror={_NOW}>", "4.7"
    ),
    _refused(
        "id-with-colours",
        "an id with rich's markup",
        "is drawn as something else in a report",
        "[bold red]zz-honest[blink]",
        "own",
    ),
    _refused("id-as-formula", "an id that is a formula", "runs in a spreadsheet", "=HYPERLINK(A1)", "4.7"),
    _refused(
        "id-with-comma",
        "an id with a comma and quotes",
        "adds a column to the exported marks",
        'zz-honest,"99",',
        "4.7",
    ),
    _refused("id-not-utf8", "an id that is no text", "stops whoever writes it", "\udcff\udcfe", "own"),
    _refused("id-alike", "an id that looks like another's", "is taken for somebody else", "zz‑honest", "4.3"),
    _refused("id-hidden", "an id with a dot in front", "is passed over", ".hidden", "own"),
    _refused("id-with-quote", "an id for the database", "runs as SQL", "x'; drop table grade; --", "own"),
    Attack(
        "id-like-collected",
        "4.5",
        "plus signs in an id",
        "is split as the exchange's names are",
        [],
        RIGHT,
        outcome="refused",
        learner="zz-honest+01_mini+2026",
    ),
    Attack(
        "names-with-markup",
        "4.7",
        "markup in the list of learners",
        "runs in the pages of formgrader",
        [],
        RIGHT,
        ALL,
        roster={
            "first_name": f"<script>{_NOW}</script>",
            "last_name": f"<img src=x onerror='{_NOW}'>",
            "email": f'"><svg onload={_NOW}>',
        },
    ),
    Attack(
        "names-as-formulas",
        "4.7",
        "formulas in the list of learners",
        "runs in a spreadsheet that the marks are exported to",
        [],
        RIGHT,
        ALL,
        roster={
            "first_name": '=cmd|"/c calc"!A1',
            "last_name": '@SUM(1,1)*HYPERLINK("http://evil")',
            "email": "+1-1@x,99,\r\n-2",
        },
    ),
)
