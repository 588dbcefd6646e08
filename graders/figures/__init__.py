"""The figures of the lessons: static, one idea each, the title is what is found, in words below as well.

They draw explained files (`graders.references.explanation`) and know no question and no key.
"""

from graders.figures.bars import bars
from graders.figures.beeswarm import beeswarm
from graders.figures.drawing import Drawing
from graders.figures.listing import Listing, listing
from graders.figures.scatter import scatter, scatters
from graders.figures.sheet import Sheet, filed, pushes, sheet
from graders.figures.two_files import two_files
from graders.figures.waterfall import waterfall

__all__ = [
    "Drawing",
    "Listing",
    "Sheet",
    "bars",
    "beeswarm",
    "filed",
    "listing",
    "pushes",
    "scatter",
    "scatters",
    "sheet",
    "two_files",
    "waterfall",
]
