"""The figures of the lessons: static, one idea each, the title is what is found, in words below as well.

They draw explained files (`graders.references.explanation`) and know no question and no key.
"""

from graders.figures.announced import announced
from graders.figures.approval import rates, ratios
from graders.figures.bars import bars
from graders.figures.beeswarm import beeswarm
from graders.figures.calibration import calibration
from graders.figures.cloud import clouds
from graders.figures.couples import couples
from graders.figures.curves import curves, ice
from graders.figures.dependence import colourings, dependence
from graders.figures.drawing import Drawing
from graders.figures.fidelity import fidelities
from graders.figures.heat import heat
from graders.figures.ladder import ladder
from graders.figures.law_card import LawCard, law_card
from graders.figures.listing import Listing, listing
from graders.figures.one_rule import one_rule
from graders.figures.proxies import proxies
from graders.figures.ranked import auc_bars, psi_bars
from graders.figures.reasons import facts, reasons
from graders.figures.scatter import scatter, scatters
from graders.figures.sheet import Sheet, filed, pushes, sheet
from graders.figures.together import together
from graders.figures.two_files import two_files
from graders.figures.two_references import two_references
from graders.figures.waterfall import waterfall

__all__ = [
    "Drawing",
    "LawCard",
    "Listing",
    "Sheet",
    "announced",
    "auc_bars",
    "bars",
    "beeswarm",
    "calibration",
    "clouds",
    "colourings",
    "couples",
    "curves",
    "dependence",
    "facts",
    "fidelities",
    "filed",
    "heat",
    "ice",
    "ladder",
    "law_card",
    "listing",
    "one_rule",
    "proxies",
    "psi_bars",
    "pushes",
    "rates",
    "ratios",
    "reasons",
    "scatter",
    "scatters",
    "sheet",
    "together",
    "two_files",
    "two_references",
    "waterfall",
]
