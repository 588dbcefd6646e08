# %% [markdown]
# # A memo with a rubric
#
# ## 1 · Numbers (5 min)

# %% setup
from graders import answer, open_case, progress, submit

case = open_case()

# %% [markdown]
# **2.1** What is the mean amount?

# %% answer 2.1
answer("2.1")

# %% solution 2.1
mean = case.data["amount"].mean()
submit("2.1", mean)

# %% [markdown]
# **2.2** What do a dozen such loans come to?

# %% answer 2.2
answer("2.2")

# %% solution 2.2
submit("2.2", 12 * mean)

# %% [markdown]
# ## 2 · The memo (10 min)

# %% rubric 2.3 [markdown]
# **2.3** The committee reads one memo a week. Write what it should know of these loans, in ten to 120 words.
#
# This is what your memo is read for:

# %% answer 2.3
answer("2.3")

# %% solution 2.3
submit(
    "2.3",
    f"The mean amount is {mean:.0f} EUR over {len(case.data)} loans. It says nothing of the largest one, "
    f"{case.data['amount'].max():.0f} EUR, which the committee should look at on its own.",
)

# %% criteria 2.3 [markdown]
# Your instructor gives points for each of these, with a comment. They come with the feedback.

# %% closing
progress()
