"""The case of the block for tests."""

import pandas as pd

from graders.cases import CaseFiles


class Case(CaseFiles):
    @property
    def data(self):
        return self.table("data")

    @property
    def loan(self):
        return self.data.set_index("loan").loc[self.picks.loan]


def strata(table, contract):
    return pd.Series("all", index=table.index)


def build(sample, contract, seed):
    return {"data": sample, "picks": {"loan": sample["loan"].iloc[seed % len(sample)], "columns": ["amount", "rate"]}}
