# %% [markdown]
# # Two questions

# %% setup
from graders import check, open_case, progress, submit

case = open_case()

# %% [markdown]
# What is the mean rate?

# %% practice 1.a
check("1.a", ...)

# %% [markdown]
# **1.1** What is the mean amount?

# %% answer 1.1
mean = ...  # in EUR
### BEGIN SOLUTION
mean = case.data["amount"].mean()
### END SOLUTION

# %% submit 1.1
submit("1.1", mean)

# %% [markdown]
# **1.2** Which columns, and the rate of your loan?

# %% answer 1.2
columns = [...]
rate = ...  # in %
### BEGIN SOLUTION
columns = ["amount", "rate"]
rate = case.loan["rate"]
### END SOLUTION

# %% submit 1.2
submit("1.2", {"columns": columns, "rate": rate})

# %% closing
progress()
