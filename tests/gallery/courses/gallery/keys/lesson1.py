"""Keys of the gallery: one question a kind of form."""

from graders.expectations import Array, Choice, Choices, Mapping, Memo, Number, Parts, Ranking, Table
from graders.forms import Pick
from graders.keys import key


def _strongest(case, count):
    return sorted(case.weights, key=case.weights.get, reverse=True)[:count]


@key("1.1", points=1, competency="C1")
def mean_amount(case):
    """The mean amount"""
    return Number(case.data["amount"].mean(), 0.5, unit="EUR", low=0)


@key("1.2", points=1, competency="C1")
def side(case):
    """Where the mean rate lies"""
    return Choice("above" if case.data["rate"].mean() > 10 else "below", ["below", "equal", "above"])


@key("1.3", points=1, competency="C1")
def strongest(case):
    """The strongest name"""
    return Choice(_strongest(case, 1)[0], Pick("names"))


@key("1.4", points=1, competency="C1")
def three(case):
    """The three strongest names, in any order"""
    return Choices(must=_strongest(case, 3), options=Pick("names"), k=3)


@key("1.5", points=1, competency="C1")
def heavy(case):
    """The names above 5,000, if there are any"""
    heavy = [name for name in ("income", "tenure", "dti") if case.weights[name] > 5000]
    return Choices(must=heavy, options=["income", "tenure", "dti"])


@key("1.6", points=1, competency="C1")
def order(case):
    """The five strongest names, strongest first"""
    return Ranking(case.weights, k=5, tie=0, options=Pick("names"))


@key("1.7", points=1, competency="C1")
def statements(case):
    """Three sentences from the draft minutes"""
    return Table(
        {"s1": "supported" if case.data["rate"].max() < 20.5 else "contradicted", "s2": "contradicted", "s3": "cannot"},
        {
            "s1": "No loan of this sample has a rate above 20.5 %.",
            "s2": "Some loans of this sample have an amount below zero.",
            "s3": "A client whose rate is lowered by two points will repay.",
        },
        {"supported": "supported", "contradicted": "contradicted", "cannot": "cannot be known"},
    )


@key("1.8", points=1, competency="C1")
def directions(case):
    """More or less than the mean weight"""
    mean = sum(case.weights.values()) / len(case.weights)
    asked = ("income", "tenure", "dti", "age")
    return Mapping({name: "more" if case.weights[name] > mean else "less" for name in asked}, asked, ["more", "less"])


@key("1.9", points=1, competency="C1")
def grid(case):
    """Mean, least and most: of the amounts, then of the rates"""
    return Array([[case.data[name].agg(how) for how in ("mean", "min", "max")] for name in ("amount", "rate")], 0.5)


@key("1.10", points=1, competency="C1")
def memo(case):
    """What a mean does not say"""
    return Memo("Your memo", least_words=3, most_words=60)


@key("1.11", points=1, competency="C1")
def parts(case):
    """The largest amount, and the two strongest names"""
    return Parts(
        {
            "largest": Number(case.data["amount"].max(), 0.5, unit="EUR", label="The largest amount"),
            "names": Ranking(case.weights, k=2, tie=0, options=Pick("names"), label="The two strongest names"),
        }
    )
