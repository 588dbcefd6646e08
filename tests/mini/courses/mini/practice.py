"""Practice of the block for tests."""

from graders.expectations import Number, Trap
from graders.forms import NumberForm
from graders.practice import decision, practice


@practice("1.a", hints=("Add them up.", "Divide by how many there are.", lambda case: "As 2 and 4 give 3."))
def mean_rate(case):
    """Mean rate."""
    rate = case.data["rate"]
    return Number(rate.mean(), 0.05, traps=[Trap("sum-not-mean", rate.sum(), "That is the sum.\nDivide it.")])


@decision("1.rate-of-loan")
def rate_of_loan(case):
    """What do you expect the rate of your loan to be?"""
    return NumberForm("Rate", unit="%")
