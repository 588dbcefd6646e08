"""Keys of the gallery's second lesson: a question that follows another, and a memo with a rubric."""

from graders.expectations import Memo, Number, Trap
from graders.forms import NumberForm, Read
from graders.keys import key

MEAN = NumberForm("The mean amount", unit="EUR")


@key("2.1", points=2, competency="C1")
def mean_amount(case):
    """The mean amount"""
    amount = case.data["amount"]
    largest = Trap("largest-not-mean", amount.max(), "That is the largest.\nAdd all amounts, then divide.")
    return Number(amount.mean(), 0.5, unit=MEAN.unit, label=MEAN.label, traps=[largest])


@key("2.2", points=2, competency="C1", follows=("2.1",))
def dozen(case, earlier):
    """What a dozen such loans come to"""
    own = MEAN.read(earlier["2.1"], case.picks)
    mean = own.value if isinstance(own, Read) else case.data["amount"].mean()
    once = Trap("mean-not-dozen", mean, "That is one loan.\nA dozen are twelve of them.")
    return Number(12 * mean, 6, unit="EUR", label="A dozen loans", traps=[once])


@key("2.3", points=12, competency="C1")
def memo(case):
    """What the committee should know of these loans"""
    amount, rate = case.data["amount"], case.data["rate"]
    return Memo(
        "Your memo",
        least_words=10,
        most_words=120,
        required=(
            f"The mean amount is {amount.mean():,.0f} EUR, over {len(amount)} loans.",
            f"The largest loan, {amount.max():,.0f} EUR, is not seen in the mean.",
            f"Rates run from {rate.min():.1f} % to {rate.max():.1f} %.",
        ),
    )
