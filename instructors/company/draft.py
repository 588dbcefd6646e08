"""Proposes a contract from a company's file: what can be seen in the data is written, what cannot is asked for.

Everything proposed has a comment with what speaks for it, so that an analyst checks it instead of writing it. Nothing here is
used without having been read: the contract that counts is the file that people have saved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from instructors.company import headers
from instructors.company.codes import SIGNS
from instructors.company.guesses import Guesses
from instructors.company.lines import DOUBLES, LEAK
from instructors.company.looks import Look, looks, readable, unused
from instructors.company.measured import Pair, near_doubles
from instructors.company.page import Page
from instructors.company.personal import PersonalFinding, personal_data
from instructors.company.proposals import Part, Proposal, Proposed, proposed
from instructors.company.reading import LINE, RawTable

_PARTS: dict[Part, str] = {
    "rows": "Who, when",
    "numbers": "Numbers that a model may use. Fill in the units, and the signs that your organisation expects",
    "categories": "Words that a model may use",
    "never": "Never in a model: the outcome, the past decision, protected attributes",
}
_WRITTEN = {"space": " ", "tab": "\t"}
_POLICY: tuple[tuple[str, object, str], ...] = (
    ("approve_share", 0.60, "share of all applications that is approved, lowest risk first"),
    ("air_line", 0.80, "approval ratio of a compared group to its reference group"),
    ("psi_line", 0.10, "population stability of a column"),
    ("lime_fidelity_min", 0.60, "R² of a local surrogate"),
    ("lda_max_auc_loss", 0.04, "AUC that a less discriminatory alternative may cost"),
    ("lda_min_ratio_gain", 0.05, "gain in approval ratio that makes it worth its cost"),
    ("ae_band", [0.80, 1.25], "actual over expected bad outcomes"),
    ("overfit_max_gap", 0.12, "AUC in training minus AUC on later rows"),
    ("adverse_line", 0.15, "log-odds by which a curve may run against its declared sign"),
    ("leak_line", LEAK, "AUC of one column alone from which it is suspected to know the outcome"),
)


def draft(raw: RawTable, source: str) -> str:
    """Return a contract as TOML, proposed from the data, with a comment on each line.

    Parameters
    ----------
    raw
        The company's file, as it was read.
    source
        The file's name, for the head of the page.
    """
    personal = personal_data(raw, [str(header) for header in raw.table.columns])
    guesses = Guesses(tuple(looks(raw)), frozenset(finding.column for finding in personal))
    found = proposed(guesses)
    page = Page()
    _head(page, raw, source, guesses)
    _file(page, raw, guesses, personal)
    _roles(page, guesses)
    _concepts(page, found)
    _policy(page)
    _columns(page, guesses, found)
    _left_out(page, found)
    return page.text()


def _head(page: Page, raw: RawTable, source: str, guesses: Guesses) -> None:
    page.says(
        f"What the columns of {source} mean: a draft, made from its {len(raw.table):,} rows and {len(raw.table.columns)} columns. "
        "Read every line, correct it, fill in what says TODO, then run: situ contract check"
    )
    page.says("Lines that begin with # are suggestions: remove the # to take one. Learners never see the part [file].")
    page.blank()
    page.key(
        "title", f"TODO: {readable(source.rsplit('.', 1)[0])}", "the portfolio in a few words, as learners read it"
    )
    currency = _currency(guesses)
    asked = "of all amounts, an ISO 4217 code such as EUR"
    page.key("currency", currency or "EUR", f"CHECK: {asked}" if currency else asked, off=not currency)
    page.key(
        "decides_at",
        "application",
        "the moment at which the model decides; what is known later has a known_at of its own",
    )


def _currency(guesses: Guesses) -> str | None:
    for look in guesses.looks:
        for code, meaning in headers.CURRENCIES.items():
            if look.says(meaning) and look.kind == "number":
                return code
    for look in guesses.looks:
        text = " ".join(map(str, look.levels.index[:5])) if look.kind == "number" else ""
        for sign, code in headers.CURRENCY_SIGNS.items():
            if sign in text or re.search(rf"\b{code}\b", text):
                return code
    return None


def _file(page: Page, raw: RawTable, guesses: Guesses, personal: Sequence[PersonalFinding]) -> None:
    page.opens("file", "how your own file is read; learners never get this part")
    for key in ("separator", "encoding", "decimal", "thousands", "sheet"):
        if value := raw.how.get(key):
            page.key(key, _WRITTEN.get(value, value), "as found out; remove the # to fix it", off=True)
    signs = sorted({sign for look in guesses.looks for sign in look.missing_words if sign.casefold() in SIGNS})
    if signs:
        page.key("missing", signs, "found in your file; they stand for missing in every column, beyond the empty cell")
    else:
        page.key("missing", ["NA"], "what stands for missing in every column, beyond the empty cell", off=True)
    if guesses.date is not None and guesses.date.months.unclear:
        page.key("dates", "day first", 'CHECK: 03/04 can be read two ways; the other is "month first"')
    _privacy(page, guesses, personal)


def _privacy(page: Page, guesses: Guesses, personal: Sequence[PersonalFinding]) -> None:
    identifier = guesses.identifier
    dropped = [finding for finding in personal if identifier is None or finding.column != identifier.header]
    for finding in dropped:
        page.says(f"{finding.column}: {finding.kind} in {finding.share:.0%} of the values, like {finding.example}")
    names = list(dict.fromkeys(finding.column for finding in dropped))
    if names:
        page.key("drop", names, "personal data, as above: these columns are never read further")
    else:
        page.key(
            "drop", [], "headers of columns that are never read further; no personal data were found, look yourself"
        )
    name = _line_name(guesses) if identifier is None else identifier.name
    page.key("pseudonymise", [name], "replaced by pseudonyms; their key stays in the class's private folder")


def _roles(page: Page, guesses: Guesses) -> None:
    page.opens("roles", "which column is what; a role that is missing switches questions off, it is no error")
    if guesses.identifier is not None:
        page.key("id", guesses.identifier.name, "different in every row")
    else:
        page.key("id", _line_name(guesses), "no column of your file tells rows apart: the line of the file does")
    _role(page, "date", guesses.date, "the month of a row, in which it was applied for", "month")
    _role(page, "amount", guesses.amount, "the money at stake", "loan_amount")
    _target(page, guesses)
    _decision(page, guesses)
    _protected(page, guesses)


def _line_name(guesses: Guesses) -> str:
    return unused("row", {look.name for look in guesses.all_looks})


def _role(page: Page, key: str, look: Look | None, comment: str, example: str) -> None:
    if look is None:
        page.key(key, example, f"{comment}; none was found", off=True)
    else:
        page.key(key, look.name, comment)


def _target(page: Page, guesses: Guesses) -> None:
    target = guesses.target
    if target is None:
        page.opens("roles.target", "TODO: no outcome was found; without one, no class can be made", off=True)
        page.key("column", "default", "a column of type flag: 1 or 0", off=True)
        page.key("bad", 1, "which of 1 and 0 is the bad outcome", off=True)
        page.key("definition", "90 days past due within 12 months", "when an outcome counts as bad", off=True)
        return
    page.opens("roles.target")
    counts = ", ".join(f"{text} in {count:,} rows" for text, count in target.levels.items())
    page.key("column", target.name, f"the outcome; in your file {counts}")
    bad = 1
    if target.is_flag:
        bad = next(int(float(text)) for text, value in guesses.outcome.items() if value == 1)
    page.key("bad", bad, "CHECK: which of 1 and 0, as the class has them, is the bad outcome")
    page.key("definition", f"TODO: {readable(target.header)}", "when an outcome counts as bad, in words")
    if (guesses.bad != guesses.bad).any():
        page.key("missing_means", "TODO: the outcome is not known", "what a missing outcome says, such as: not booked")


def _decision(page: Page, guesses: Guesses) -> None:
    decision = guesses.decision
    off = decision is None
    page.opens(
        "roles.decision", "" if decision else "none was found: for files that have refused applications too", off=off
    )
    page.key("column", decision.name if decision else "decision", "the decision taken in the past", off=off)
    page.key("accepted", guesses.accepted if decision else "booked", "CHECK: its value for what was accepted", off=off)


def _protected(page: Page, guesses: Guesses) -> None:
    if guesses.groups:
        page.blank()
        page.says(
            "Protected attributes. They are no features: a model must not read them, and groups are compared by them. "
            "Keep those that your organisation may use for this, and remove the others from here and from columns."
        )
    for group in guesses.groups:
        page.opens("roles.protected", f"{group.attribute}, by its header; the groups are the two largest", each=True)
        page.key("column", group.look.name, "never in a model")
        if group.cut is not None:
            page.key("cut", group.cut, "where the numbers are cut in two")
        page.key("reference", group.reference, f"the largest group, {group.counts[0]:,} rows")
        page.key("compared", group.compared, f"the group compared with it, {group.counts[1]:,} rows")
        page.key("reference_label", "", "what a reader calls the first group, such as men", off=True)
        page.key("compared_label", "", "what a reader calls the second group, such as women", off=True)
    if not guesses.groups:
        page.opens("roles.protected", "none was found: gender, age, nationality, ...", off=True, each=True)
        page.key("column", "gender", "never in a model; groups are compared by it", off=True)
        page.key("reference", "M", "the largest group", off=True)
        page.key("compared", "F", "the group compared with it", off=True)


def _concepts(page: Page, found: Proposed) -> None:
    numbers = {one.look.name: pd.Series(one.look.numbers) for one in found.columns if one.part == "numbers"}
    pairs = near_doubles(pd.DataFrame(numbers), list(numbers), DOUBLES) if numbers else []
    for members in _joined(pairs):
        name = f"{members[0]}_fact"
        strongest = max(abs(pair.spearman) for pair in pairs if pair.first in members)
        page.opens(f"concepts.{name}", f"nearly the same (Spearman {strongest:.2f}): do they tell one fact?", off=True)
        page.key("columns", members, "read as one", off=True)
        page.key("label", readable(members[0]), "what learners read", off=True)
        page.key("reason", "", "for a letter of refusal, at most 120 characters", off=True)


def _joined(pairs: Sequence[Pair]) -> list[list[str]]:
    """Return columns that are joined by pairs, group by group."""
    groups: list[list[str]] = []
    for pair in pairs:
        touching = [group for group in groups if pair.first in group or pair.second in group]
        joined = list(dict.fromkeys([*(name for group in touching for name in group), pair.first, pair.second]))
        groups = [*(group for group in groups if group not in touching), joined]
    return groups


def _policy(page: Page) -> None:
    page.blank()
    page.says(
        "Lines that your organisation has declared itself: remove the # from those, and correct the number. The others are the"
    )
    page.says("course's own; the lessons say whose they are. A number is compared with them; they are no law.")
    page.opens("policy")
    for key, value, comment in _POLICY:
        page.key(key, value, comment, off=True)


def _columns(page: Page, guesses: Guesses, found: Proposed) -> None:
    for part, title in _PARTS.items():
        columns = [one for one in found.columns if one.part == part]
        if not columns and not (part == "rows" and guesses.identifier is None):
            continue
        page.blank()
        page.says(title)
        if part == "rows" and guesses.identifier is None:
            page.opens(f"columns.{_line_name(guesses)}")
            page.key("from", LINE, "the line of the file")
            page.key("type", "code", "tells rows apart")
            page.key("label", "Application", "what learners read")
        for one in columns:
            _column(page, one)


def _column(page: Page, one: Proposal) -> None:
    page.opens(f"columns.{one.look.name}")
    for line in one.lines:
        page.key(line.key, line.value, line.comment, off=line.off)


def _left_out(page: Page, found: Proposed) -> None:
    if found.left_out:
        page.blank()
        page.says("Left out of the contract, and so of the class:")
        for one in found.left_out:
            page.says(f"{one.header}: {one.reason}.")
