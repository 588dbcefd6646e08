"""Keys of lesson 4 on what a client is told: principal reasons, drafts, what would have changed the answer (4.7, 4.8, 4.9)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.expectations import Choice, Choices, Expectation, Number, Parts, Table, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.counterfactual import straight_steps
from graders.references.explanation import Explained
from graders.references.margins import BAND, gap
from graders.references.odds import log_odds
from graders.references.reasons import LEAST, MOST, principal

climbers = load_module(Path(__file__).parents[1] / "climbers_4.py")

VALID, UNTRUE, LACKING = "valid", "untrue", "lacking"
OPTIONS = {
    VALID: "may go out: specific, true, principal",
    UNTRUE: "untrue: the model did not hold this against the client",
    LACKING: "not enough: names no factor, or a minor one",
}
_LEFT_OUT = (
    "You left out a reason that weighed, perhaps because it is a sensitive one.\n"
    "A principal reason may not be left out (the US commentary says so): the letter would hide what decided.\n"
    "Name it; what must change is the model, not the letter."
)


@key("4.7", points=3, competency="C8", needs=("facts",))
def reasons_of_g(case: Any) -> Expectation:
    """Name the principal reasons of client G's refusal, four at most, and the first of them."""
    client = case.client("G")
    sums, right = client.concepts, principal(client.concepts)
    attribute = next(iter(case.value("groups")), None)
    proxy = None if attribute is None else case.facts[str(case.telling(attribute).index[0])]
    return Parts(
        {
            "reasons": Choices(
                must=right,
                options=Pick("reasons"),
                label="Principal reasons of G, as the letter names them: four at most",
                traps=_wrong_reasons(case, client, right, proxy),
            ),
            "first": Choice(
                [name for name in right if gap(float(sums[right[0]]), float(sums[name])) < BAND],
                Pick("reasons"),
                label="The strongest of them",
                traps=[
                    Trap(
                        "weakest-of-the-four",
                        right[-1],
                        "That is the weakest of G's principal reasons.\nThe first of a letter is read as the one that decided.",
                    ),
                    Trap(
                        "helped-most",
                        str(sums.idxmin()),
                        "That is what helped G most: its contribution is negative.\nTowards default is plus.",
                    ),
                ],
                wrong="Not the strongest push of G's file.\nColumns that tell one fact are added up first.",
            ),
        },
        weights={"reasons": 3, "first": 1},
    )


def _wrong_reasons(case: Any, client: Explained, right: list[str], proxy: str | None) -> list[Trap]:
    sums, phi = client.concepts, client.contributions
    everything = principal(sums, most=len(sums))
    twins = case.refused.twins
    one_twin = twins[1][0] if twins is not None else ""
    usual = case.concepts.loc[client.id]
    columns = [str(name) for name in phi.nlargest(MOST).index]
    return [
        Trap(
            "helping-factor-listed",
            _longest(sums, MOST),
            "You took the longest contributions whatever their side.\n"
            "At least one of them is negative: it helped this client, and the letter would be untrue.\n"
            "Keep only what pushes towards default.",
        ),
        Trap(
            "one-fact-twice",
            columns if len({case.facts[name] for name in columns}) < len(columns) else math.nan,
            "Two of these columns tell one fact.\n"
            "The client would read one reason twice, and miss another.\n"
            "Add the two up, name the fact once.",
        ),
        Trap(
            "half-of-a-fact",
            [one_twin if twins and name == twins[0] else name for name in right],
            "You named one column of a pair that tells one fact.\n"
            "Alone it carries part of the push; the reason is the two together.\n"
            "Name the fact they share.",
        ),
        *_left_out(sums, right, proxy),
        Trap(
            "more-than-four",
            everything,
            "You named everything that pushes.\n"
            "More than four reasons are not likely to help a client, says the US commentary: the main ones drown.\n"
            "Keep the four strongest.",
        ),
        Trap(
            "other-reference",
            principal(usual),
            "These are G's reasons against the reference of lesson 1.\n"
            "Here the letter compares with those who just passed: another question, other reasons.\n"
            "Take the contributions printed above the question.",
        ),
        Trap(
            "average-for-person",
            [str(name) for name in case.concept_importance.index[:MOST]],
            "You named what weighs most over all clients.\nAn average is nobody's reason.\nRead G's own contributions.",
        ),
        Trap(
            "sign-reversed",
            [str(name) for name in sums.nsmallest(MOST).index],
            "You named what helped G most.\nPlus is towards default.\nTurn the order over.",
        ),
    ]


def _longest(sums: pd.Series, count: int) -> list[str]:
    return [str(name) for name in sums.abs().nlargest(count).index]


def _left_out(sums: pd.Series, right: list[str], proxy: str | None) -> list[Trap]:
    if proxy is None:
        return []
    return [
        Trap("sensitive-left-out", principal(sums.drop(proxy)), _LEFT_OUT),
        Trap("sensitive-left-out-of-three", [name for name in right if name != proxy], _LEFT_OUT),
    ]


@key("4.8", points=3, competency="C8", needs=("facts",))
def drafts_for_g(case: Any) -> Expectation:
    """Judge six drafts of a sentence for client G's letter."""
    drafts = case.value("drafts")
    right = {row: _judged(case, draft["factors"]) for row, draft in drafts.items()}
    return Table(
        right,
        rows=Pick("drafts"),
        options=OPTIONS,
        label="Verdict on each draft",
        traps=[
            Trap(
                "all-refused",
                dict.fromkeys(drafts, UNTRUE),
                "You called every draft untrue.\n"
                "A client must get a reason, and not every draft says something false of G.\n"
                "Look up each factor in G's table.",
            ),
            Trap(
                "all-accepted",
                dict.fromkeys(drafts, VALID),
                "You let every draft go out.\n"
                "Some name what the model never saw, or what helped G.\n"
                "Look up each factor in G's table.",
            ),
        ],
        per_row_replies={row: _draft_replies(case, draft["factors"]) for row, draft in drafts.items()},
    )


def _judged(case: Any, factors: list[str]) -> str:
    sums = case.client("G").concepts
    if not factors:
        return LACKING
    if any(factor not in sums.index or sums[factor] <= LEAST for factor in factors):
        return UNTRUE
    return VALID if set(factors) <= set(principal(sums)) else LACKING


def _draft_replies(case: Any, factors: list[str]) -> dict[str, Trap]:
    sums = case.client("G").concepts
    if not factors:
        vague = (
            "The client cannot know from it what to check or to contest.\n"
            "The card above practice 4.e says what such a statement is worth; the ombudsman asked for reasons.\n"
            "{next}"
        )
        return {
            VALID: Trap("policy-taken-for-reason", VALID, vague.format(next="Which factor weighed? Look for it here.")),
            UNTRUE: Trap(
                "vague-taken-for-untrue",
                UNTRUE,
                vague.format(next="What in it is false of G? Then: what does it tell G?"),
            ),
        }
    unseen = [factor for factor in factors if factor not in sums.index]
    if unseen:
        protected = unseen[0] in case.contract.protected
        name = "protected-never-scored" if protected else "never-scored"
        reply = (
            "The model never saw that factor: it is not among the columns of G's table.\n"
            "However plausible it sounds, it cannot have weighed.\n"
            "Look for it in the table."
        )
        return {way: Trap(f"{name}-{way}", way, reply) for way in (VALID, LACKING)}
    if all(sums[factor] > LEAST for factor in factors):
        ranks = [list(sums.index).index(factor) + 1 for factor in factors]
        return _true_replies(ranks) if set(factors) <= set(principal(sums)) else _minor_replies(max(ranks))
    helped = (
        "Its contribution is negative: it helped G.\n"
        "The client would work on the one thing that was in order.\n"
        "Look up the sign in G's table."
    )
    return {way: Trap(f"helped-{way}", way, helped) for way in (VALID, LACKING)}


def _true_replies(ranks: list[int]) -> dict[str, Trap]:
    told = " and ".join(map(str, ranks))
    reply = (
        f"What this draft names has rank {told} in G's table.\n"
        "Whoever holds back more than needed leaves a client without an answer.\n"
        "Look up both signs, and compare both sizes with the others."
    )
    return {way: Trap(f"right-draft-{way}", way, reply) for way in (UNTRUE, LACKING)}


def _minor_replies(rank: int) -> dict[str, Trap]:
    accepted = (
        f"It did push, on rank {rank}.\n"
        "The nearest entry of a list of fixed reasons hides what really weighed.\n"
        "Compare its size with the first four."
    )
    denied = (
        f"It did push, on rank {rank}.\n"
        "Whoever writes “that is false” about it would be contradicted by G's table.\n"
        "Look up its sign, then its rank."
    )
    return {
        VALID: Trap("minor-taken-for-principal", VALID, accepted),
        UNTRUE: Trap("minor-taken-for-untrue", UNTRUE, denied),
    }


class _Steps(Number):
    """A step read off a curve: all points for the step itself, half for the one before or after; traps match as a `Number`'s."""

    __slots__ = ()

    def _score(self, value: Any, picks: Any) -> float:
        off = abs(value - self.expected)
        return 1.0 if off == 0 else 0.5 if off <= self.tolerance else 0.0

    def _reply(self, value: Any, score: float, picks: Any) -> str:
        if 0.0 < score < 1.0:
            return (
                "Not this step, though near it.\nAsk of each point: does it, or a later one, lie above the dashed line?"
            )
        return super()._reply(value, score, picks)


@key("4.9", points=2, competency="C8", needs=("steps",))
def what_would_have_changed_it(case: Any) -> Expectation:
    """Say how many steps of one field would have made the model approve client H, and what may be said of it."""
    ladder, client = case.ladder("H"), case.client("H")
    first = ladder.first_lasting(case.cut)
    excess = float(log_odds(client.pd) - log_odds(case.cut))
    straight = straight_steps(ladder.pushes[0], ladder.values[0], case.usual(ladder.column), ladder.step, excess)
    without = ladder.first_without_push() or None  # at step 0 there was no contribution to wait for
    return Parts(
        {
            "steps": _Steps(
                float(first or 0),
                tolerance=1,
                label="Steps until the model approves, and stays so",
                low=0,
                whole=True,
                reason="the points are drawn and written out: one step beside it is misread, and earns half",
                traps=[
                    Trap(
                        "straight-line",
                        float(math.ceil(straight)) if straight is not None and straight < 1000 else math.nan,
                        "You drew a straight line through the contribution.\n"
                        "The curve is none: it has steps and flat parts, and a promise built on a line would fail.\n"
                        "Re-score: read the point at which the curve passes the cut-off.",
                    ),
                    Trap(
                        "contribution-gone",
                        math.nan if without is None else float(without),
                        "You stopped where the contribution is no longer positive.\n"
                        "That compares with the reference files; the answer hangs on the cut-off.\n"
                        "Read where the PD passes the dashed line.",
                    ),
                ],
            ),
            "sentence": _sentence("down" if climbers.goes_down(case.contract) else "moved"),
        },
        weights={"steps": 1, "sentence": 1},
    )


def _sentence(way: str) -> Choice:
    """Return the sentences; which way the field moves is said where it is the same for every learner."""
    so_far = "this field so far down" if way == "down" else "this field moved so far"
    bring = "Bring this field down so far" if way == "down" else "Move this field so far"
    return Choice(
        "about-the-model",
        {
            "about-the-model": f"With {so_far}, all else as filed, the model's PD would have been within the cut-off",
            "promise": f"{bring}, apply again, and the loan will be granted",
            "advice": f"To become a safer borrower, {bring[0].lower()}{bring[1:]}",
            "cause": "This field is why H would default",
        },
        label="The sentence that may go to H",
        traps=[
            Trap(
                "statement-read-as-promise",
                "promise",
                "It is a statement about the model, not about the next application.\n"
                "In life other fields move with it, the cut-off moves too, and the client will hold you to it.\n"
                "Say what the model would have answered, all else as filed.",
            ),
            Trap(
                "statement-read-as-advice",
                "advice",
                "That the model would answer otherwise does not say that the borrower would pay otherwise.\n"
                "Nobody was observed before and after such a change.\n"
                "Say what the model would have answered.",
            ),
            Trap(
                "statement-read-as-cause",
                "cause",
                "The model leans on the field; that makes it no cause, and H has defaulted on nothing.\n"
                "A refused client would read an accusation.\n"
                "Say what the model would have answered.",
            ),
        ],
    )
