"""Keys of the block for tests."""

from graders.expectations import Choices, Memo, Number, Parts, Results, Trap
from graders.forms import Pick
from graders.keys import key


@key("1.1", points=2, competency="C1")
def mean_amount(case):
    """The mean amount, in EUR."""
    amount = case.data["amount"]
    return Number(
        amount.mean(),
        0.5,
        unit="EUR",
        traps=[Trap("median-not-mean", amount.median(), "That is the median.\nAdd and divide.")],
    )


@key("1.2", points=3, competency="C1")
def larger(case):
    """Which columns are larger than one, and the loan's rate."""
    return Parts(
        {
            "columns": Choices(must=["amount", "rate"], options=Pick("columns")),
            "rate": Number(
                case.loan["rate"],
                0.05,
                traps=[Trap("amount-not-rate", case.loan["amount"], "That is the amount.\nRead on.")],
            ),
        }
    )


@key("1.3", points=1, competency="C1")
def half(case):
    """A function that halves."""
    return Results([0.5, 2.0], tolerance=1e-9)


@key("1.4", points=2, competency="C1")
def memo(case):
    """What a mean does not say."""
    return Memo("Your memo", least_words=3, most_words=60)
