"""What was checked and proven before a class was made of a company's portfolio, as a page that a risk department can file.

One HTML file without scripts, without a network, readable on paper. It shows no row of the portfolio. Owns the page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from graders.contract import fingerprint
from graders.language import number
from instructors.company.checking import read_as
from instructors.company.checks import Check, Light
from instructors.company.offering import Offer, questions_of
from instructors.content import Block
from instructors.prove import Proof

_LIBRARIES = ("situ-kit", "nbgrader", "numpy", "pandas", "scikit-learn", "shap", "lime", "fairlearn", "statsmodels")
_MOST_FAULTS = 40

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ block.settings.title }}: checked and proven on {{ offer.file.name }}</title>
<style>
:root { --ink: #1f1f1f; --soft: #595959; --line: #c9c9c9; --band: #f4f4f2; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 24px 24px 64px; overflow-wrap: break-word; }
h1 { font-size: 27px; line-height: 1.2; margin: 8px 0 4px; }
h2 { font-size: 20px; line-height: 1.25; margin: 36px 0 8px; padding-top: 10px; border-top: 2px solid var(--ink); }
h2 { break-after: avoid; }
p, ul { margin: 8px 0; max-width: 46em; }
.soft { color: var(--soft); }
.verdict { margin: 16px 0; padding: 10px 14px; border-left: 5px solid #2e7d32; background: var(--band); font-size: 17px; }
.verdict.refused { border-color: #b3261e; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; margin: 8px 0; }
th, td { text-align: left; vertical-align: top; padding: 5px 9px; border: 1px solid var(--line); }
th { background: var(--band); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: 13px/1.4 ui-monospace, Consolas, monospace; background: var(--band); padding: 0 3px; }
tr { break-inside: avoid; }
td.light { white-space: nowrap; font-weight: 600; }
td.light.green { color: #2e6b32; } td.light.amber { color: #8a5300; } td.light.red { color: #b3261e; }
tr.out td { color: var(--soft); }
.sign { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 24px; margin-top: 40px; }
.sign div { border-top: 1px solid var(--ink); padding-top: 4px; font-size: 14px; color: var(--soft); }
@media print {
  @page { margin: 15mm 13mm; }
  body { font-size: 10pt; }
  main { padding: 0; max-width: none; }
  table { font-size: 8.5pt; }
}
</style>
</head>
<body><main>
<p class="soft">{{ block.settings.title }} · {{ when }}</p>
<h1>Checked and proven on {{ offer.file.name }}</h1>
<div class="verdict{{ '' if good else ' refused' }}">{{ verdict }}</div>

<h2>What was looked at</h2>
<div class="wide"><table>
{% for name, value in facts %}<tr><th>{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}</table></div>
<p>Nothing left this machine: the file was read, checked and proven here. This page holds no row of it.</p>

<h2>Pre-flight</h2>
<p>Green: nothing to say. Amber: a class can be made, with the consequence that is named. Red: no class is made.</p>
<div class="wide"><table>
<tr><th>light</th><th>what was looked at</th><th>what was found, and what follows</th></tr>
{% for check in checks %}<tr><td class="light {{ check.light }}">{{ check.light }}</td><td>{{ check.name | coded }}</td>
<td>{{ check.found | coded }}{% if check.light != 'green' %}{% if check.consequence %}<br>{{ check.consequence | coded }}{% endif %}
{% if check.do %}<br><b>{{ check.do | coded }}</b>{% endif %}{% endif %}</td></tr>
{% endfor %}</table></div>

<h2>What was added for training</h2>
{% if added %}<p>Nothing of the portfolio's own was changed: without these, it is as it was.
The lessons say so where they use them.</p>
<div class="wide"><table>
<tr><th>name</th><th>what it is</th></tr>
{% for name, said in added %}<tr><td>{{ name }}</td><td>{{ said }}</td></tr>
{% endfor %}</table></div>{% else %}<p>Nothing.</p>{% endif %}

{% if offer.dropped %}<h2>What was left out of the table</h2>
<p>Protected attributes of which a group is so small that not every learner could compare it.</p>
<div class="wide"><table>
<tr><th>column</th><th>why</th></tr>
{% for name, why in offer.dropped.items() %}<tr><td>{{ name }}</td><td>{{ why }}</td></tr>
{% endfor %}</table></div>{% endif %}

<h2>What the class asks</h2>
<p>{{ counted }}</p>
<div class="wide"><table>
<tr><th>question</th><th>what it asks</th><th class="n">points</th><th>left out because</th></tr>
{% for question, title, points, why in questions %}<tr{{ ' class=out' if why else '' }}><td>{{ question }}</td><td>{{ title }}</td>
<td class="n">{{ '–' if why else points }}</td><td>{{ why }}</td></tr>
{% endfor %}</table></div>

{% if proof %}
<h2>Proof of fair marking</h2>
<p>{{ proof.learners }} learners were simulated. Each drew an own sample of {{ sampled }} rows, as real ones will. For each of
them every question was answered: rightly, in every spelling that is accepted, by code and by form; not at all; and by every known
misconception as it works out on that sample. A right answer must earn all points, a blank none, a misconception must be refused
with its own reply. Where a misconception happens to lead to the right answer on somebody's sample, it is kept silent: it marks
nobody down.</p>
<div class="wide"><table>
<tr><th>question</th><th class="n">right accepted</th><th class="n">blanks refused</th><th class="n">misconceptions refused</th>
<th class="n">kept silent</th><th class="n">wrong marks</th></tr>
{% for row in rows %}<tr>{% for cell in row %}<td{{ ' class=n' if not loop.first else '' }}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
<p>{{ timing }}</p>
{% if faults %}<h2>What stands against it</h2>
<ul>{% for fault in faults %}<li>{{ fault }}</li>{% endfor %}</ul>{% endif %}
{% endif %}

<h2>What this page does not say</h2>
<p>It says that marks are right for what this class asks on this portfolio. It is no validation of any model of yours, no test of
discrimination, and no legal opinion. Which data learners may see is for your data protection officer to decide: learners get the
columns of the contract, for all rows.</p>
<div class="sign"><div>Read by</div><div>Date</div><div>Signature</div></div>
</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a report is about.

    Attributes
    ----------
    block
        As the class has it: with what it leaves out.
    offer
        What the class is made of.
    proof
        Of its marking; None where it did not come to that.
    """

    block: Block
    offer: Offer
    proof: Proof | None = None

    @property
    def holds(self) -> bool:
        """Whether the class may be made."""
        return self.offer.portfolio is not None and self.proof is not None and not self.proof.wrong


def report_page(filed: Filed) -> str:
    """Return the report as an HTML page."""
    offer, proof = filed.offer, filed.proof
    questions = [] if offer.portfolio is None else questions_of(offer, filed.block)
    return _template().render(
        block=filed.block,
        offer=offer,
        good=filed.holds,
        verdict=_verdict(filed),
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        facts=_facts(offer),
        checks=_checks(offer),
        added=[] if offer.portfolio is None else list(_named(offer).items()),
        questions=[(question, title, f"{points:g}", why) for question, title, points, why in questions],
        counted=_counted(questions),
        proof=proof,
        sampled=number(offer.sample_rows),
        rows=[] if proof is None else _rows(proof),
        timing="" if proof is None else _timing(proof),
        faults=[] if proof is None else faults_in_words(proof),
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters["coded"] = coded
    return environment.from_string(_PAGE)


def coded(text: str) -> Markup:
    """Return a text as HTML, what stands between backticks as code.

    >>> coded("`a<b` is fine")
    Markup('<code>a&lt;b</code> is fine')
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a lone one: nothing is meant by it
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def _verdict(filed: Filed) -> str:
    if filed.offer.portfolio is None:
        return "Refused: the portfolio or its contract has to be mended first."
    if filed.proof is None:
        return "Not proven."
    if filed.proof.wrong:
        marks = sum(1 for one in filed.proof.wrong if one.kind not in ("case", "lesson", "key"))
        if marks == 0:
            return "Refused: lessons do not run on the rows of every learner."
        return f"Refused: {marks} of {len(filed.proof.judged):,} answers got a mark that they do not deserve."
    return (
        f"Made: {len(filed.proof.judged):,} answers of {filed.proof.learners} simulated learners were judged, "
        "each got the mark that it deserves."
    )


def _facts(offer: Offer) -> list[tuple[str, str]]:
    facts = [("file", offer.file.name)]
    if offer.examined.how:
        facts.append(("how it was read", read_as(offer.examined.how).removeprefix("Read as: ")))
    if offer.portfolio is not None:
        table, contract = offer.portfolio.table, offer.portfolio.contract
        facts += [
            ("called", contract.title),
            ("rows", f"{len(table):,}; each learner draws {offer.sample_rows:,}"),
            ("columns", f"{len(contract.columns)}, of which {len(contract.features)} a model may use"),
            ("fingerprint", fingerprint(table, contract)),
        ]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return [*facts, ("software", versions)]


def _checks(offer: Offer) -> list[Check]:
    problems = [Check("file and contract", Light.RED, line) for line in offer.examined.problems]
    personal = [
        Check("personal data", Light.RED, f"“{one.column}”: {one.kind} in {one.share:.0%} of its values", "", one.do)
        for one in offer.examined.personal
    ]
    return [*problems, *personal, *offer.examined.checks]


def _named(offer: Offer) -> dict[str, str]:
    contract = offer.portfolio.contract if offer.portfolio else None
    return (
        {} if contract is None else {f"{contract.label(name)} ({name})": said for name, said in contract.added.items()}
    )


def _counted(questions: Sequence[tuple[str, str, float, str]]) -> str:
    asked = [points for _question, _title, points, why in questions if not why]
    left = len(questions) - len(asked)
    said = f"{len(asked)} questions, {sum(asked):g} points."
    if not left:
        return said
    return f"{said} {left} {'is' if left == 1 else 'are'} left out; a lesson's points are shared by those that stay."


def _rows(proof: Proof) -> list[list[Any]]:
    rows = []
    for question, counts in proof.summary()["by_question"].items():
        silent = sum(counts["silent"].values())
        rows.append([question, counts["right"], counts["blank"], counts["trap"], silent, counts["wrong"]])
    return rows


def _timing(proof: Proof) -> str:
    cases = ", ".join(f"lesson {lesson} {number(mean, 1)} s" for lesson, mean in proof.case_seconds.items())
    return f"It took {number(proof.seconds, 0)} s. A learner's case is built in: {cases}."


def faults_in_words(proof: Proof) -> list[str]:
    """Return what stands against a class, a line each: question, learner, what was tried, what became of it."""
    lines = [f"{one.question}, {one.learner}: {one.detail}: {one.fault}" for one in proof.wrong]
    more = len(lines) - _MOST_FAULTS
    return lines if more <= 0 else [*lines[:_MOST_FAULTS], f"and {more} more"]
