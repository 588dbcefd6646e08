"""The case of the gallery: a sample of loans, and twenty named sums over it to choose from and to rank."""

import pandas as pd

from graders.cases import CaseFiles

NAMES = [
    *("income", "tenure", "dti", "utilisation", "age", "amount", "rate", "term", "history", "cards"),
    *("mortgage", "savings", "region", "sector", "arrears", "enquiries", "limit", "balance", "overdraft", "children"),
]


class Case(CaseFiles):
    @property
    def data(self):
        return self.table("data")

    @property
    def weights(self):
        """One number a name, all different: sums of two loans each."""
        amounts = self.data["amount"].to_numpy()
        return {name: float(amounts[2 * at] + amounts[2 * at + 1] + at / 100) for at, name in enumerate(NAMES)}


def strata(table, contract):
    return pd.Series("all", index=table.index)


def build(sample, contract, seed):
    return {"data": sample, "picks": {"names": NAMES}}
