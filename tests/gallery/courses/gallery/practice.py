"""Practice and a decision of the gallery."""

from graders.expectations import Number, Trap
from graders.forms import ChoiceForm, ChoicesForm, PartsForm, Pick
from graders.practice import decision, practice


@practice("1.a", hints=("Add them up.", "Divide by how many there are.", lambda case: "As 2 and 4 give 3."))
def mean_rate(case):
    """The mean rate"""
    rate = case.data["rate"]
    return Number(rate.mean(), 0.05, unit="%", traps=[Trap("sum-not-mean", rate.sum(), "That is the sum.\nDivide it.")])


@decision("1.client-c")
def client_c(case):
    """Client C: your decision, and your two strongest reasons"""
    return PartsForm(
        {
            "decision": ChoiceForm({"grant": "grant the loan", "refuse": "refuse it"}, label="Your decision"),
            "reasons": ChoicesForm(Pick("names"), exactly=2, label="Your two strongest reasons"),
        }
    )
