"""Every sentence the form says by itself, for the front end. What is said of an answer comes from Python with the answer."""

from __future__ import annotations

from graders.language import _


def form_texts() -> dict[str, str]:
    """Return the front end's sentences by name, in the reader's language; ``{placeholders}`` are filled there."""
    return {
        "check": _("Check"),
        "hint": _("Hint"),
        "next_hint": _("Next hint"),
        "no_more_hints": _("That was the last hint."),
        "use_mine": _("Use my result"),
        "use_mine_none": _("No result in this notebook fits here. Run the cell that computes it first."),
        "use_mine_pick": _("Results in this notebook that fit here"),
        "close": _("Close"),
        "earlier": _("Earlier answers ({count})"),
        "take_back": _("Take back"),
        "by_code": _("by code"),
        "by_form": _("by form"),
        "look_anyway": _("Look without deciding"),
        "saved": _("Saved {moment}"),
        "saving": _("Saving …"),
        "never_saved": _("Nothing saved yet"),
        "not_saved_yet": _(
            "Not saved yet: the notebook's Python does not answer. "
            "Choose Run, Restart Kernel and Run All Cells: what you typed comes back."
        ),
        "last_saved": _("Last saved {moment}."),
        "python_busy": _("Not saved yet: Python is busy. It is saved as soon as Python is free."),
        "not_answering": _("The notebook's Python does not answer. Choose Run, Restart Kernel and Run All Cells."),
        "busy": _("Python is busy. This is done as soon as it is free."),
        "try_again": _("Save again"),
        "draft": _("You typed this at {moment}, and it was not saved: {words}"),
        "draft_use": _("Use it"),
        "draft_drop": _("Drop it"),
        "replaced": _(
            "This replaced an answer saved {moment} in another window: {words}. It stands under Earlier answers."
        ),
        "choose": _("Choose …"),
        "clear": _("Clear"),
        "filter": _("Find in the list"),
        "filter_none": _("Nothing in the list fits."),
        "chosen_of": _("{count} of {wanted} chosen"),
        "chosen_at_most": _("{count} chosen, {wanted} at most"),
        "chosen": _("{count} chosen"),
        "none_of_these": _("None of these"),
        "place": _("Place {place}"),
        "move_up": _("Move {name} up"),
        "move_down": _("Move {name} down"),
        "drag": _("Drag to another place"),
        "moved": _("{name} is now in place {place}"),
        "swapped": _("{name} and {other} changed places"),
        "row_column": _("Row {row}, column {column}"),
        "entry": _("Number {place}"),
        "words": _("{count} words"),
        "words_of": _("{count} words, {least} to {most} asked"),
        "words_at_most": _("{count} words, at most {most}"),
        "whole_number": _("a whole number"),
        "results_note": _("This question takes a function of yours: write it in its cell."),
    }
