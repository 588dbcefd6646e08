# %% [markdown]
# # Every form once
#
# ## 1 · Forms (20 min)

# %% setup
from graders import answer, check, converter, decide, decided, open_case, progress, submit

case = open_case()

# %% practice 1.a
check("1.a")

# %% decision 1.client-c
decide("1.client-c")

# %% figure what was decided
decided("1.client-c").words

# %% answer 1.1
answer("1.1")

# %% solution 1.1
submit("1.1", case.data["amount"].mean())

# %% answer 1.2
answer("1.2")

# %% solution 1.2
submit("1.2", "above" if case.data["rate"].mean() > 10 else "below")

# %% answer 1.3
answer("1.3")

# %% solution 1.3
strongest = sorted(case.weights, key=case.weights.get, reverse=True)
submit("1.3", strongest[0])

# %% answer 1.4
answer("1.4")

# %% solution 1.4
submit("1.4", strongest[:3])

# %% answer 1.5
answer("1.5")

# %% solution 1.5
submit("1.5", [name for name in ("income", "tenure", "dti") if case.weights[name] > 5000])

# %% answer 1.6
answer("1.6")

# %% solution 1.6
submit("1.6", strongest[:5])

# %% answer 1.7
answer("1.7")

# %% solution 1.7
submit("1.7", {"s1": "supported", "s2": "contradicted", "s3": "cannot"})

# %% answer 1.8
answer("1.8")

# %% solution 1.8
mean = sum(case.weights.values()) / len(case.weights)
submit("1.8", ["more" if case.weights[name] > mean else "less" for name in ("income", "tenure", "dti", "age")])

# %% answer 1.9
answer("1.9")

# %% solution 1.9
submit("1.9", case.data[["amount", "rate"]].agg(["mean", "min", "max"]).T.to_numpy())

# %% answer 1.10
answer("1.10")

# %% solution 1.10
submit("1.10", "A mean says nothing of the largest loan.")

# %% answer 1.11
answer("1.11")

# %% solution 1.11
submit("1.11", {"largest": case.data["amount"].max(), "names": strongest[:2]})

# %% figure converter
converter()

# %% closing
progress()
