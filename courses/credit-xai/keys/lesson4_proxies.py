"""Keys of lesson 4 on what tells a group: proxies, and “we do not use it” (4.3, 4.4)."""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Expectation, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.proxies import TELLING

AUC = 0.01  # tolerance of an AUC read off a bar
READ = 0.003  # of one that is printed to three decimals: the others printed beside it lie further off
NEAR = 0.01  # AUC within which two columns tell a group as well


@key("4.3", points=2, competency="C7", needs=("protected",))
def best_proxies(case: Any) -> Expectation:
    """Name the column that alone tells each of two protected attributes best, and how well; of the one, where there is one."""
    asked = list(case.value("groups"))[:2]
    typical = Trap(
        "typical-of-few",
        case.value("typical_column"),
        "One value of it is far more frequent in the group, yet most people of the group do not have that value.\n"
        "Taken out as “the proxy”, it would leave the column that tells more.\n"
        "Read the bars: they count everybody.",
    )
    parts: dict[str, Expectation] = {}
    for name, attribute in zip(("first", "second"), asked, strict=False):
        others = [other for other in asked if other != attribute]
        traps = [typical] if attribute == asked[-1] else []
        parts[f"{name}_column"] = _proxy(case, attribute, *traps)
        parts[f"{name}_auc"] = _proxy_auc(case, attribute, *others)
    return Parts(parts)


def _proxy(case: Any, attribute: str, *traps: Trap) -> Choice:
    telling = case.telling(attribute)
    best = [str(name) for name in telling.index if telling[name] >= telling.iloc[0] - NEAR]
    heaviest = str(case.importance.index[0])
    risky = next((str(name) for name in case.default_auc.index if name != heaviest), heaviest)
    return Choice(
        best,
        Pick("features"),
        label=f"Best proxy of: {case.words[attribute]}",
        traps=[
            *traps,
            Trap(
                "weight-for-link",
                heaviest,
                "That column weighs most in the score.\n"
                "Its weight says what moves a PD, not who the people are.\n"
                "Read the bars that tell the group.",
            ),
            Trap(
                "predicts-default",
                risky,
                "That column tells default: the wrong target.\n"
                "A proxy points to the group, whatever it says about default.\n"
                "Read the bars that tell the group.",
            ),
        ],
        wrong="Not the column with the longest bar for this group.\nGo back to the panel of this attribute.",
    )


def _proxy_auc(case: Any, attribute: str, *others: str) -> Number:
    telling = case.telling(attribute)
    best = str(telling.index[0])
    return Number(
        float(telling.iloc[0]),
        tolerance=AUC,
        label=f"Its AUC of telling: {case.words[attribute]}",
        low=0,
        high=1,
        reason="read off a bar to two decimals",
        traps=[
            Trap(
                "auc-of-default",
                float(case.default_auc[best]),
                "That is how well the column tells default.\nAsked is how well it tells the group: the bars, not the table.",
            ),
            *(
                Trap(
                    "other-attribute",
                    float(case.telling(other)[best]),
                    "That is what this column tells about the other attribute.\nRead the panel of the attribute that is asked.",
                )
                for other in others
            ),
            Trap(
                "gini-for-auc",
                2 * float(telling.iloc[0]) - 1,
                "That is a Gini: 2 × AUC − 1.\nAsked is the AUC itself.",
            ),
        ],
    )


@key("4.4", points=2, competency="C7", needs=("protected",))
def not_a_defence(case: Any) -> Expectation:
    """Say how well the group can be guessed from what the model reads, what that AUC means, and what it does to a defence."""
    guess = case.value("guess")
    return Parts(
        {
            "auc": Number(
                guess["other_half"],
                tolerance=READ,
                label="AUC of guessing the group from the model's columns",
                low=0,
                high=1,
                reason="it is printed to three decimals; the others printed beside it lie further off",
                traps=[
                    Trap(
                        "same-half",
                        guess["same_half"],
                        "That is the AUC on the people the guess was fitted on.\n"
                        "It has seen them: on others it is lower, and only that counts.\n"
                        "Take the half it was not fitted on.",
                    ),
                    Trap(
                        "auc-of-the-score",
                        guess["default"],
                        "That is how well the score tells default.\n"
                        "The question is how well the columns tell the group.\n"
                        "Another line of the table.",
                    ),
                    Trap(
                        "score-as-guess",
                        guess["score"],
                        "That takes the score itself as the guess of the group.\n"
                        "The score was made to tell default; the columns behind it tell the group better.\n"
                        "Another line of the table.",
                    ),
                ],
            ),
            "meaning": _meaning(),
            "defence": _defence(guess["other_half"]),
        }
    )


def _meaning() -> Choice:
    return Choice(
        "pair-in-order",
        {
            "pair-in-order": "Of one person of the group and one other, the guess puts the right one first in this share of pairs",
            "share-identified": "This share of the group is identified",
            "share-right": "The guess is right for this share of all people",
        },
        label="What this AUC says",
        traps=[
            Trap(
                "people-identified",
                "share-identified",
                "An AUC is about pairs, not about people found.\n"
                "“So many percent identified” would be a serious charge, and untrue.\n"
                "Say: of one person of each group, how often is the order right?",
            ),
            Trap(
                "accuracy-for-auc",
                "share-right",
                "An AUC is no share of right answers: it never says yes or no about one person.\n"
                "In a small group, always saying no would be right for most.\n"
                "Say it in pairs.",
            ),
        ],
    )


def _defence(auc: float) -> Choice:
    telling = auc >= TELLING
    options = {
        "no-defence": f"no: the columns tell the group well (AUC {TELLING} or more)",
        "holds": f"as far as the columns go, yes: they hardly tell the group (AUC under {TELLING})",
        "unaware": "yes: whoever does not ask for a group cannot treat it differently",
    }
    return Choice(
        ["no-defence", "holds"] if abs(auc - TELLING) <= AUC else "no-defence" if telling else "holds",
        options,
        label="Does “we do not use it” answer the ombudsman?",
        traps=[
            Trap(
                "unaware-so-equal",
                "unaware",
                "The model need not be told: the columns that it reads can carry the group.\n"
                "Whether they carry it is measured, not declared.\n"
                "Compare your AUC with the line in the options.",
            ),
            Trap(
                "auc-not-compared",
                "holds" if telling else "no-defence",
                "Compare your own AUC with the line in the options.\n"
                "The answer to the ombudsman hangs on which side it lies.",
            ),
        ],
    )
