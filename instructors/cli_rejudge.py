"""The command ``situ rejudge``: asks for a plan, shows it, and has it written when somebody agrees."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from graders.language import number
from instructors.console import FINE, NEEDS_A_HUMAN, NOTHING_TO_DO, AsJson, err, out, print_json, progress

if TYPE_CHECKING:  # these are slow to import, and only this command needs them
    from instructors.classes import Class
    from instructors.rejudge_plan import Change, Left, Mark, Plan
    from instructors.rejudge_writing import Written

_MOST_LEFT = 20


def rejudge(
    folder: Annotated[Path, typer.Argument(help="The class folder.")],
    assignment: Annotated[str, typer.Argument(help="Which assignment.")],
    only: Annotated[list[str] | None, typer.Option(help="Only this learner; may be given again.")] = None,
    question: Annotated[list[str] | None, typer.Option(help="Only this question; may be given again.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge the stored answers of an assignment again, after a key was changed: nobody's code runs. Shows what changes, and asks.

    Example: situ rejudge autumn 01_log_odds
    """
    from instructors.classes import open_class
    from instructors.rejudge import plan_rejudging

    made = open_class(folder)
    with progress(as_json) as bar:
        task = bar.add_task(f"judging {assignment} again", total=None)
        plan = plan_rejudging(
            made, assignment, only or (), question or (), lambda done, of: bar.update(task, completed=done, total=of)
        )
    if not as_json:
        _show(plan)
    agreed = bool(plan.changes) and (yes or _asked(plan, as_json))
    if agreed:
        written = _write(made, plan, as_json)
        if not as_json:
            _say_written(made, plan, written)
        plan = replace(plan, changes=written.changes, left=(*plan.left, *written.left))
    if as_json:
        print_json(_as_json(plan, written=agreed))
    raise typer.Exit(_code(plan, written=agreed))


def _asked(plan: Plan, as_json: bool) -> bool:
    """Ask whether to write; where nobody can be asked, say how to."""
    if as_json or not sys.stdin.isatty():
        err.print("situ: nothing was written, as nobody could be asked. To write this, give --yes.", highlight=False)
        return False
    agreed = typer.confirm(f"Write {_count(plan.changes)}?")
    if not agreed:
        out.print("Nothing was written.")
    return agreed


def _write(made: Class, plan: Plan, as_json: bool) -> Written:
    from instructors.rejudge_writing import write_rejudged

    with progress(as_json) as bar:
        task = bar.add_task("writing", total=None)
        return write_rejudged(made, plan, lambda done, of: bar.update(task, completed=done, total=of))


def _code(plan: Plan, *, written: bool) -> int:
    if not plan.submissions and not plan.left:
        return NOTHING_TO_DO
    return NEEDS_A_HUMAN if plan.needs_a_human or (plan.changes and not written) else FINE


def _show(plan: Plan) -> None:
    if not plan.submissions and not plan.left:
        err.print(
            f"Nothing of {plan.assignment} was graded yet. Next: nbgrader autograde {plan.assignment}", highlight=False
        )
        return
    if plan.changes:
        out.print(_table(plan))
    judged = f"{_of(plan.answers, 'answer')} of {_of(plan.submissions, 'submission')} judged again"
    _say(f"{judged}: {_sum(plan.changes) if plan.changes else 'nothing changes'}.")
    _show_the_rest(plan)


def _show_the_rest(plan: Plan) -> None:
    if plan.unanswered:
        _say(f"Without an answer, and as they are: {_of(plan.unanswered, 'question')}.")
    for failed in plan.failed:
        _say(
            f"Question {failed.question}: nothing is written for it. Its key fails for {', '.join(failed.learners[:5])}"
        )
        _say(f"  {'and others ' if len(failed.learners) > 5 else ''}with {failed.error}. Mend it, then judge again.")
    _say_left(plan.left)


def _say_left(left: Sequence[Left]) -> None:
    if left:
        out.print("Left as it is, for you to look at:")
    for one in left[:_MOST_LEFT]:
        _say(f"  {one.learner}{', ' + one.question if one.question else ''}: {one.reason}")
    if len(left) > _MOST_LEFT:
        out.print(f"  … and {len(left) - _MOST_LEFT} more; --json lists them all.", highlight=False)


def _table(plan: Plan) -> Table:
    """Return the table of what changes, learner by question."""
    shown = Table(
        title=f"{plan.assignment}, judged again", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    shown.caption_justify = "left"
    for column in ("learner", "question"):
        shown.add_column(column, no_wrap=True)
    shown.add_column("points", justify="right", no_wrap=True)
    for column in ("state", "what is said now"):
        shown.add_column(column)
    for change in plan.changes:
        cells = (change.learner, change.question, _points(change), _states(change), _message(change))
        shown.add_row(*map(Text, cells))  # as it stands: nothing in it is our markup
    if any(change.kept is not None for change in plan.changes):
        shown.caption = "* points that a person gave stay; they are flagged for another look in the formgrader"
    return shown


def _points(change: Change) -> str:
    star = "" if change.kept is None else "*"
    before, after = number(change.before.points), number(change.after.points)
    return f"{before if before == after else f'{before} → {after}'}{star} of {number(change.out_of)}"


def _states(change: Change) -> str:
    before, after = ("waits for a person" if mark.waits else str(mark.state) for mark in (change.before, change.after))
    return after if before == after else f"{before} → {after}"


def _message(change: Change) -> str:
    trap = f"[{change.after.trap}] " if change.after.trap else ""
    return trap + change.after.message.replace("\n", " ")


def _say_written(made: Class, plan: Plan, written: Written) -> None:
    out.print(f"Written: {_count(written.changes)}, in the graded notebooks and the gradebook.", highlight=False)
    _say_left(written.left)
    if any((made.root / "feedback").glob(f"*/{plan.assignment}")):
        _say(f"Feedback made before is out of date. Next: nbgrader generate_feedback {plan.assignment} --force")
        _say(f"and then: nbgrader release_feedback {plan.assignment}")


def _as_json(plan: Plan, *, written: bool) -> dict[str, Any]:
    return {
        "assignment": plan.assignment,
        "submissions": plan.submissions,
        "answers": plan.answers,
        "unanswered": plan.unanswered,
        "written": written,
        "points": round(sum(change.gained for change in plan.changes), 2),
        "changes": [_change_as_json(change) for change in plan.changes],
        "left": [{"learner": one.learner, "question": one.question or None, "reason": one.reason} for one in plan.left],
        "failed": [
            {"question": one.question, "learners": list(one.learners), "error": one.error} for one in plan.failed
        ],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "learner": change.learner,
        "question": change.question,
        "before": _mark_as_json(change.before),
        "after": _mark_as_json(change.after),
        "out_of": change.out_of,
        "kept": change.kept,
        "gained": change.gained,
    }


def _mark_as_json(mark: Mark) -> dict[str, Any]:
    return {"state": str(mark.state), "points": mark.points, "trap": mark.trap, "message": mark.message}


def _count(changes: Sequence[Change]) -> str:
    learners = len({change.learner for change in changes})
    return f"{_of(len(changes), 'answer')} of {_of(learners, 'learner')} judged otherwise"


def _sum(changes: Sequence[Change]) -> str:
    gains, losses = (len({one.learner for one in changes if sign * one.gained > 0}) for sign in (1, -1))
    total = round(sum(change.gained for change in changes), 2)
    moved = f"{_of(gains, 'learner')} gain, {losses} lose, {'+' if total > 0 else ''}{number(total)} points in all"
    return f"{_count(changes)}; {moved if gains or losses else 'points stay'}"


def _of(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False, soft_wrap=True)
