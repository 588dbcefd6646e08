# %% [markdown]
# # The score speaks in log-odds
#
# **You are the credit analyst who validates models.** A vendor's model decides on loan applications, and the credit committee
# has the vendor's chart of one refused client on the table. Somebody reads a line of it, a small number with a plus sign,
# and asks: **“So it adds that many percent?”** You answer on Thursday.
#
# | | |
# |---|---|
# | Time | 2 h 30; each part says how long it takes |
# | You hand in | eight answers, 20 points |
# | You will be able to | rebuild a PD from an explanation; rank and sign what drives a model; |
# | | name the reasons of one client; say what such a chart cannot tell |
# | You need | your credit desk and a sheet of paper; no programming: you replace dots by answers |
#
# *Practice* (1.a to 1.f) is checked at once, as often as you like. *Questions* (1.1 to 1.8): now only the form of the
# answer is checked, so that no typing mistake costs anything; whether it is right is judged after you hand in.
# “Recorded” does not mean “right”. Everybody has clients and a model of their own: share methods, the numbers differ.
#
# ## Warm-up from your desk (5 min, not graded)
#
# 1. Of 100 loans like this one, 20 default. What are the odds of default, and what is the PD?
# 2. A scorecard has an AUC of 0.78. What is its Gini?
#
# <details><summary>Answer on paper, then unfold</summary>
#
# 1. Odds 20 to 80, so 0.25; PD 20 %. Odds compare bad with *good*, a PD compares bad with *all*.
# 2. Gini = 2 × 0.78 − 1 = 0.56.
#
# </details>

# %% setup
from graders import check, hint, open_case, progress, submit
from graders.figures import bars, beeswarm, listing, scatter, two_files, waterfall

case = open_case()
case

# %% [markdown]
# ## 1 · Your scorecard already speaks log-odds (15 min)
#
# A scorecard adds points, and *so many points double the odds*: behind the points stand log-odds. The model under
# audit adds contributions in log-odds too, with two differences. They are log-odds of **default**, so plus means
# *riskier*. And a value has no fixed number of points: the rest of the file plays in.
#
# Why log-odds, and not PDs? A push of +0.7 is worth 3.7 points of PD at a PD of 4 %, and 16 points at 30 %. Yet it
# doubles the odds in both cases: ln 2 = 0.69. The scorecard and the client of 1.a are printed above.

# %% practice 1.a
check("1.a", ...)  # the points lost, in log-odds of default: a number with its sign
# hint("1.a")  # take the first # away for a hint; run again for the next one

# %% [markdown]
# ## 2 · One refused client (30 min)
#
# Client C is the one on the committee's table. **Decide first, then look.** Read the file and write on paper: your
# decision; your two strongest reasons; the two you think the model has.

# %%
case.applicant("C").file

# %% figure waterfall of C, then three lines of P
display(waterfall(case.applicant("C")))
case.beside_usual("P", case.picks.signs)

# %% [markdown]
# **We see** how this model gets from the reference loans to this PD. **This does not say** that a line *causes* default, or
# what the client should change. Which of your reasons does the model share? Do you keep your decision, and why?
#
# The committee reads the grey numbers as percent. They are log-odds. The black ones are points of PD, for this client only.
#
# Now client P, of whom you see three lines above; `usual` is the median of all clients. **Foretell before you look**: will each of
# the three push towards default, or protect?

# %% practice 1.b
check("1.b", [..., ..., ...])  # in the order above: "pushes" (towards default) or "protects"
# hint("1.b")

# %% figure waterfall of P
waterfall(case.applicant("P"))

# %% practice 1.c
check("1.c", {"push": ..., "protection": ..., "together": ...})
# the longest bar to the right, to the left (words as in the chart, in quotation marks), and their log-odds added up
# hint("1.c")

# %% [markdown]
# **We see** that hardly any file is bad in every line: protections belong to the explanation. **This does not say** that the
# longest bar is the most unusual value: a value may be striking, and the model hardly use it.
#
# ## 3 · Where the sum starts (25 min)
#
# Your scorecard has a neutral line. Here it is the **base value**: the mean log-odds that the model gives to 100 reference
# loans. Nothing is explained by itself, only *against this reference*: base + contributions = log-odds of the PD.
#
# Worked: a base of −2.60 and contributions of +1.40 in all give −1.20 in log-odds, a PD of 23.1 %. Now with a gap: take P's PD
# and P's contributions (their sum, Σ, stands at the end of the grey column) and find the base back, as if it were not shown (1.d).
#
# Type numbers, or let Python be your calculator: `case.to_pd(-1.2)` turns log-odds into a PD **in percent**. To try an
# expression, add a cell of your own (click into a cell, then + above the notebook, or Esc and B), type it and run it.

# %% practice 1.d
check("1.d", ...)  # the base value in log-odds
# hint("1.d")

# %% [markdown]
# Three numbers around the base value stand below, and client A. The first is `case.base`, the last is `case.bad_rate`.
#
# ### Question 1.1 (2 points)
#
# The vendor's slides call the base value “the average PD of the reference”. What is the base value **as a PD in percent**,
# and where does it lie against the **mean PD** of these loans?
#
# ### Question 1.2 (2 points)
#
# Alone now. For client A the vendor sends the contributions below, and no PD. What is **A's PD, in percent**?
# Their sum, all of them: `case.applicant("A").contributions.sum()`.

# %% figure numbers of part 3, and client A
display(listing(case.reference))
case.applicant("A").reasons

# %% answer 1.1
base_pd = ...  # question 1.1: the base value as a PD, a number in percent
side = ...  # "below", "equal" or "above" the mean PD
### BEGIN SOLUTION
base_pd = case.to_pd(case.base)
side = "below" if base_pd < case.background["pd"].mean() else "above"
### END SOLUTION

# %% submit 1.1
submit("1.1", {"base_pd": base_pd, "side": side})

# %% answer 1.2
pd_a = ...  # question 1.2: the PD of client A, a number in percent
### BEGIN SOLUTION
pd_a = case.to_pd(case.base + case.applicant("A").contributions.sum())
### END SOLUTION

# %% submit 1.2
submit("1.2", pd_a)

# %% [markdown]
# ## 4 · The portfolio (30 min)
#
# The validation report needs a page “main drivers of the score”. Two people disagree about it: the vendor's analyst sends a
# chart over your 600 files, the model team a table, “AUC lost when we shuffle a column”, measured on loans granted in the last
# year, whose outcome is known. **Before you look**: which column do you expect first?

# %% figure bars, and the names of the columns
display(bars(case.explanation))
display(case.auc_table)
listing(case.picks.features)

# %% [markdown]
# **We see** the same columns in two orders: the chart says how far a column *moves the score*, the table what *ranking* would
# lose without it. Neither is wrong. **This does not say** in which direction a column works, nor anything about one client.
#
# ### Question 1.3 (3 points)
#
# For the page: the **five columns that move the score most** over these files, strongest first. Columns within 15 % of each
# other may change places at no cost: another reference would change them too. The list above has every name.

# %% answer 1.3
drivers = [..., ..., ..., ..., ...]  # five names in quotation marks, strongest first
### BEGIN SOLUTION
drivers = list(case.contributions.abs().mean().sort_values(ascending=False).index[:5])
### END SOLUTION

# %% submit 1.3
submit("1.3", drivers)

# %% [markdown]
# ### Question 1.4 (3 points)
#
# The sign review asks of six columns: what does a **higher value** do to the risk that the model sees? In the first chart, compare
# marker with side: are the high values right or left? A column without one direction may matter too: look at both ends of its row.
# The second chart draws one column large, as an example. The six columns stand below it.

# %% figure beeswarm, scatter, and the columns asked
display(beeswarm(case.explanation, columns=16))
display(scatter(case.explanation, case.picks.practice_story))
listing(case.picks.directions)

# %% answer 1.4
# in the order above: "raises", "lowers" or "neither" (no single direction)
directions = [..., ..., ..., ..., ..., ...]
### BEGIN SOLUTION
trend = {
    name: case.contributions[name].corr(case.applicants[name], method="spearman") for name in case.picks.directions
}
directions = ["neither" if abs(way) < 0.6 else "raises" if way > 0 else "lowers" for way in trend.values()]
### END SOLUTION

# %% submit 1.4
submit("1.4", directions)

# %% [markdown]
# **We see**, in the scatter, several heights above one value: the rest of the file plays in. **This does not say** what any one
# client was refused for. So, from the average to one person:
#
# ### Question 1.5 (3 points)
#
# Client B asks why. Which **three facts push B most towards default**, in any order? Columns that tell the same fact count as
# *one*: add their contributions and name the fact. The second table lists what may be named, the third which columns are one
# fact. All others stand for themselves: contract and occupation are two, even where both say “self employed”.

# %% figure tables of B
display(case.applicant("B").reasons)
display(listing(case.picks.reasons))
listing(case.same_fact)

# %% answer 1.5
reasons_b = [..., ..., ...]  # three names in quotation marks
### BEGIN SOLUTION
reasons_b = list(case.concepts.loc[case.applicant("B").id].nlargest(3).index)
### END SOLUTION

# %% submit 1.5
submit("1.5", reasons_b)

# %% [markdown]
# ## 5 · “So it adds that many percent?” (15 min)
#
# Clients R and S get the same contribution from one column. What is it worth, in **points of PD**, to each? Stay inside one
# file: its PD as it is, minus its PD without the contribution, `case.to_pd(total - contribution)`. Run the cell: the two files
# appear below it. Then fill it in and run it again.

# %% practice 1.e
display(case.compare("R", "S", case.picks.practice_story))
check("1.e", {"r_points": ..., "s_points": ...})  # two numbers, in points of PD
# hint("1.e")

# %% figure two files, then D and E
display(two_files(case.applicant("R"), case.applicant("S"), case.picks.practice_story))
case.compare("D", "E", case.picks.story)

# %% [markdown]
# **We see** one step to the right and two heights. **This does not say** that the points of several columns can be added.
#
# ### Question 1.6 (2 points)
#
# Now the table above: the column of the committee's question, for clients D and E. What is it worth in **points of PD** to each,
# and which sentence may the committee keep: `"one-figure"` (one figure holds for every file), `"more-when-riskier"` (worth more
# points in E, whose PD is higher) or `"more-when-safer"` (worth more points in D)?

# %% answer 1.6
d_points = ...  # a number, in points of PD
e_points = ...  # a number, in points of PD
sentence = ...  # "one-figure", "more-when-riskier" or "more-when-safer"
### BEGIN SOLUTION
d, e = case.applicant("D"), case.applicant("E")
d_points = d.pd - case.to_pd(d.log_odds - d.contributions[case.picks.story])
e_points = e.pd - case.to_pd(e.log_odds - e.contributions[case.picks.story])
sentence = "more-when-riskier" if e_points > d_points else "more-when-safer"
### END SOLUTION

# %% submit 1.6
submit("1.6", {"d_points": d_points, "e_points": e_points, "sentence": sentence})

# %% [markdown]
# ## 6 · Two columns, one fact (15 min)
#
# Two columns of this model tell one fact: you met them in question 1.5. A colleague wants to drop the one with the shorter bar,
# “it hardly counts”. Suppose the *other* one is taken out and the model fitted again. **Foretell** the bar of the one that stays.

# %% practice 1.f
check("1.f", ...)  # "longer", "same" or "shorter"
# hint("1.f")

# %% figure facts, and the bar before and after
display(bars(case.explanation, concepts=True, count=8))
case.twin_test

# %% [markdown]
# **We see** in the table the bar of the column that stays, before and after, on the same clients. **This does not say** that
# anything became more important to anybody: the fact weighed as much before, the credit for it was split.
#
# ### Question 1.7 (2 points)
#
# Give the rank of the **fact** among all facts (chart above: added per client, then averaged), the ranks of its two columns
# **alone** (chart of part 4), and what the chart of part 4 alone makes one say: `"understates"` (the fact looks less important
# than it is), `"fair"`, `"overstates"`, or `"drop-both"` (both columns are secondary and can go).

# %% answer 1.7
together = ...  # a whole number; 1 is the longest bar
stronger_alone = ...  # a whole number
weaker_alone = ...  # a whole number
reading = ...  # "understates", "fair", "overstates" or "drop-both"
### BEGIN SOLUTION
fact, columns = case.twins
order = list(case.importance.index)
together = list(case.concept_importance.index).index(fact) + 1
stronger_alone, *_between, weaker_alone = sorted(order.index(column) + 1 for column in columns)
reading = "understates" if together < stronger_alone else "fair"
### END SOLUTION

# %% submit 1.7
submit(
    "1.7",
    {"together": together, "stronger_alone": stronger_alone, "weaker_alone": weaker_alone, "reading": reading},
)

# %% [markdown]
# ## 7 · What the minutes may say (15 min)
#
# ### Question 1.8 (3 points)
#
# Eight sentences from the draft minutes: **supported** or **contradicted** by what you have here, or **not to be known** from it?
# A sentence about the model can be looked up or worked out. For one about people or the future, ask: which cell shows it?
# To see how one column works, draw it in a cell of your own: `scatter(case.explanation, "dti")`; names stand above question 1.3.

# %%
listing(case.picks.statements)

# %% answer 1.8
# each "supported", "contradicted" or "cannot" (cannot be known from this)
verdicts = {"s1": ..., "s2": ..., "s3": ..., "s4": ...,
            "s5": ..., "s6": ..., "s7": ..., "s8": ...}
### BEGIN SOLUTION
phi = case.contributions
totals = (case.base + phi.sum(axis=1)).to_numpy()


def worth(letter, column):
    client = case.applicant(letter)
    return client.pd - case.to_pd(client.log_odds - client.contributions[column])


def above_median(column):
    return phi.loc[case.applicants[column] > case.applicants[column].median(), column]


holds = {
    "weighs-more": lambda first, second: case.importance[first] > case.importance[second],
    "same-value-may-differ": lambda column: phi[column].groupby(case.applicants[column]).std().max() > 1e-6,
    "has-exceptions": lambda column: above_median(column).min() < 0,
    "last-still-counts": lambda column, other: abs(phi[column]).max() > case.importance[other],
    "sum-closes": lambda: abs(case.to_pd(totals) - case.pds).max() < 1e-3,
    "push-worth-more": lambda column: worth("S", column) > 1.5 * worth("R", column),
    "pushes-a": lambda column: case.applicant("A").contributions[column] > 0,
    "base-below-rate": lambda: case.to_pd(case.base) < case.bad_rate,
    "first-not-here": lambda column, letter: case.applicant(letter).contributions.index[0] != column,
    "pushes-few": lambda column: (phi[column] > 0).sum() < len(phi) / 2,
    "twins-weigh-more": lambda concept: case.concept_importance[concept] > case.importance[case.twins[1][0]],
    "rises": lambda column: phi[column].corr(case.applicants[column], method="spearman") > 0,
    "largest-is": lambda column, other: abs(phi[column]).max() > abs(phi[other]).max(),
    "taken-out-points": lambda column, points, percent: abs(worth("A", column) - points) < 0.1,
}
opposites = {
    "weighs-less": "weighs-more",
    "same-value-same-push": "same-value-may-differ",
    "has-no-exception": "has-exceptions",
    "last-never-counts": "last-still-counts",
    "sum-misses": "sum-closes",
    "push-worth-same": "push-worth-more",
    "protects-a": "pushes-a",
    "base-is-rate": "base-below-rate",
    "first-also-here": "first-not-here",
    "pushes-most": "pushes-few",
    "twins-weigh-same": "twins-weigh-more",
    "falls": "rises",
    "largest-is-other": "largest-is",
    "taken-out-percent": "taken-out-points",
}
for row, statement in case.value("statements").items():
    claim = statement["claim"]
    found = holds.get(opposites.get(claim, claim))
    true = found is not None and bool(found(**statement["about"])) != (claim in opposites)
    verdicts[row] = "cannot" if found is None else "supported" if true else "contradicted"
### END SOLUTION

# %% submit 1.8
submit("1.8", verdicts)

# %% [markdown]
# ## To take away
#
# 1. **Log-odds add up, PDs do not.** One contribution is worth few points in a safe file and many in a risky one: never quote
#    one figure for all.
# 2. **No explanation without reference and sign.** Base value, 100 reference loans, plus towards default: say all three, or do
#    not show the chart.
# 3. **A chart of averages is no client's reason.** Columns that tell one fact are read as one, and no chart here shows what a
#    borrower would do.
#
# **For next time:** a column has a long bar and no single direction. Is the model wrong, or is the policy?
#
# **At your desk:** take the last explanation that a vendor or a colleague showed you and ask: in which unit, against whom, and
# what does plus mean? *Leave names, file numbers and screenshots at work; bring only the three answers.*
#
# Before you hand in: run the cell below. Every question should say “recorded”; one that does not, run again. Save, then submit.

# %%
progress()
