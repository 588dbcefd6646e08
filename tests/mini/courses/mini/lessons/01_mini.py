# %% [markdown]
# # Two questions and a memo
#
# ## 1 · Means (6 min)

# %% setup
from graders import answer, check, decide, decided, open_case, progress, submit

case = open_case()

# %% [markdown]
# What is the mean rate?

# %% practice 1.a
check("1.a")

# %% decision 1.rate-of-loan
decide("1.rate-of-loan")

# %% figure the decision beside the rate
decided("1.rate-of-loan").words, case.loan["rate"]

# %% [markdown]
# **1.1** What is the mean amount?

# %% answer 1.1
answer("1.1")

# %% solution 1.1
submit("1.1", case.data["amount"].mean())

# %% [markdown]
# ## 2 · A loan (4 min)
#
# **1.2** Which columns, and the rate of your loan?

# %% answer 1.2
answer("1.2")  # two columns and a number in %

# %% solution 1.2
columns = ["amount", "rate"]
submit("1.2", {"columns": columns, "rate": case.loan["rate"]})

# %% [markdown]
# **1.3** Write a function that halves a number.

# %% write 1.3
def half(number):
    ### BEGIN SOLUTION
    return number / 2
    ### END SOLUTION
    return ...


halves = [half(number) for number in (1, 4)]

# %% submit 1.3
submit("1.3", halves)

# %% [markdown]
# **1.4** What would you say of a mean?

# %% answer 1.4
answer("1.4")

# %% solution 1.4
submit("1.4", "A mean says nothing of the largest loan.")

# %% closing
progress()
