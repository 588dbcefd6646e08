"""What the columns of a dataset mean, and whether a table keeps to it.

It knows roles, never a portfolio's own columns, so that a company describes its own file in the same words. It repairs
nothing: every problem is reported at once, and mended by people.
"""

from graders.contract.columns import CategoryColumn, CodeColumn, Column, FlagColumn, MonthColumn, NumberColumn
from graders.contract.file import FileSettings, normalised
from graders.contract.model import Contract
from graders.contract.own_model import ModelSettings
from graders.contract.reading import parse_contract, read_contract
from graders.contract.roles import Concept, Decision, Protected, Roles, Score, Target
from graders.contract.tables import check_table, fingerprint

__all__ = [
    "CategoryColumn",
    "CodeColumn",
    "Column",
    "Concept",
    "Contract",
    "Decision",
    "FileSettings",
    "FlagColumn",
    "ModelSettings",
    "MonthColumn",
    "NumberColumn",
    "Protected",
    "Roles",
    "Score",
    "Target",
    "check_table",
    "fingerprint",
    "normalised",
    "parse_contract",
    "read_contract",
]
