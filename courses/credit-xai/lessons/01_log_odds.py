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
# | You will be able to | rebuild a PD from an explanation; rank and sign what drives a model; name the reasons of one client; say what such a chart cannot tell |
# | You need | your credit desk and a sheet of paper; no programming |
#
# Run cell after cell with Shift+Enter. Where something is asked, a form appears; every change in it is saved at once.
# *Practice* (1.a to 1.f) is checked as often as you like. *Questions* (1.1 to 1.8) are judged after you hand in: until then,
# “recorded” does not mean “right”. Everybody has clients and a model of their own: share methods, the numbers differ.
#
# <details><summary>You would rather answer in code?</summary>
#
# Code is an equal path. Work in a cell of your own, and end it with `submit("1.3", answer)`, or `check("1.a", answer)` for
# practice; columns go by their names in words or by those of `case.contributions`. Where code and form differ, the code counts. A
# form also takes over what you worked out: *Use my result*.
#
# </details>
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
from graders import answer, check, converter, decide, decided, open_case, progress, submit
from graders.figures import bars, beeswarm, filed, listing, pushes, scatter, scatters, sheet, two_files, waterfall

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
# doubles the odds in both cases: ln 2 = 0.69. The scorecard and the client of 1.a stand in the table above; give the points
# lost as a number **with its sign**.

# %% practice 1.a
check("1.a")

# %% [markdown]
# ## 2 · One refused client (30 min)
#
# Client C is the one on the committee's table. **Decide first, then look.** Read the file, then note your decision, your two
# strongest reasons, and the two you expect of the model. Nobody marks this; your notes are laid over the chart.

# %% figure file of C
filed(case.applicant("C"))

# %% decision 1.client-c
decide("1.client-c")

# %% figure waterfall of C
waterfall(case.applicant("C"), mine=decided("1.client-c"))

# %% decision 1.client-c-after
decide("1.client-c-after")

# %% [markdown]
# **We see** how this model gets from the reference loans to this PD. **This does not say** that a line *causes* default, or
# what the client should change. The committee reads the grey numbers as percent. They are log-odds. The black ones are points
# of PD, for this client only.
#
# Then client P. **Foretell before you look** (1.b): will each of three lines of the file push towards default, or protect?
# “Usually” is the median of all clients.

# %% practice 1.b
check("1.b")

# %% practice 1.c
display(decided("1.b").then(waterfall(case.applicant("P"))))
check("1.c")

# %% [markdown]
# **We see** that hardly any file is bad in every line: protections belong to the explanation. **This does not say** that the
# longest bar is the most unusual value: a value may be striking, and the model hardly use it.
#
# ## 3 · Where the sum starts (25 min)
#
# Your scorecard has a neutral line. Here it is the **base value**: the mean log-odds that the model gives to 100 reference
# loans. Nothing is explained by itself, only *against this reference*: base + contributions = log-odds of the PD.
#
# Worked: a base of −2.60 and contributions of +1.40 in all give −1.20 in log-odds, a PD of 23.1 %. Try it in the converter.
# Then with a gap: take P's PD and P's contributions (their sum, Σ, stands at the end of the grey column) and find the base
# back, as if it were not shown (1.d).

# %% practice 1.d
display(converter())
check("1.d")

# %% [markdown]
# Below: the numbers around the base value; the table of client A under them
# <!-- with 1.2 -->
# is for question 1.2.
# <!-- end -->
# <!-- without 1.2 -->
# has A's contributions.
# <!-- end -->
#
# <!-- with 1.1 -->
# ### Question 1.1 (2 points)
#
# The vendor's slides call the base value “the average PD of the reference”. What is the base value **as a PD in percent**,
# and where does it lie against the **mean PD** of these loans?
# <!-- end -->

# %% figure numbers of part 3, and client A
display(listing(case.reference))
pushes(case.applicant("A"))

# %% answer 1.1
answer("1.1")

# %% solution 1.1
base_pd = case.to_pd(case.base)
side = "below" if base_pd < case.background["pd"].mean() else "above"
submit("1.1", {"base_pd": base_pd, "side": side})

# %% [markdown] with="1.2"
# ### Question 1.2 (2 points)
#
# Alone now. For client A the vendor sends the contributions in the table above, and no PD. What is **A's PD, in percent**?

# %% answer 1.2
answer("1.2")

# %% solution 1.2
submit("1.2", case.to_pd(case.base + case.applicant("A").contributions.sum()))

# %% [markdown]
# ## 4 · The portfolio (30 min)
#
# The validation report needs a page “main drivers of the score”. Two people disagree about it: the vendor's analyst sends a
# chart over your explained files, the model team a table, “AUC lost when we shuffle a column”, measured on loans granted in the last
# year, whose outcome is known. **Before you look**: which column do you expect first in the chart?

# %% decision 1.first-column
decide("1.first-column")

# %% figure bars, and the model team's table
display(bars(case.explanation, mine=decided("1.first-column")))
sheet(case.auc_table, "The model team's table, from the top", digits=4)

# %% [markdown]
# **We see** the same columns in two orders: the chart says how far a column *moves the score*, the table what *ranking* would
# lose without it. Neither is wrong. **This does not say** in which direction a column works, nor anything about one client.
#
# <!-- with 1.3 -->
# ### Question 1.3 (3 points)
#
# For the page: the **five columns that move the score most** over these files, strongest first. Columns within 15 % of each
# other may change places at no cost: another reference would change them too.
# <!-- end -->

# %% answer 1.3
answer("1.3")

# %% solution 1.3
submit("1.3", list(case.contributions.abs().mean().sort_values(ascending=False).index[:5]))

# %% [markdown]
# <!-- with 1.4 -->
# ### Question 1.4 (3 points)
#
# The sign review asks of some columns: what does a **higher value** do to the risk that the model sees? In the first chart, compare
# <!-- end -->
# <!-- with numbers without 1.4 -->
# What does a **higher value** of a column do to the risk that the model sees? In the first chart, compare
# <!-- end -->
# <!-- with 1.4 numbers -->
# marker with side: are the high values right or left? A column without one direction may matter too: look at both ends of its row.
# <!-- end -->
# The second chart draws one column large, as an example.

# %% figure beeswarm and scatter
display(beeswarm(case.explanation, columns=16))
scatter(case.explanation, case.picks.practice_story)

# %% answer 1.4
answer("1.4")

# %% solution 1.4
trend = {
    name: case.contributions[name].corr(case.applicants[name], method="spearman") for name in case.picks.directions
}
directions = ["neither" if abs(way) < 0.6 else "raises" if way > 0 else "lowers" for way in trend.values()]
submit("1.4", directions)

# %% [markdown]
# **We see**, in the second chart, several heights above one value: the rest of the file plays in. **This does not say** what any
# one client was refused for.
# <!-- with 1.5 -->
# So, from the average to one person:
#
# ### Question 1.5 (3 points)
#
# Client B asks why. Which **three facts push B most towards default**, in any order? Columns that tell the same fact count as
# *one*: add their contributions and name the fact. The second table says which columns are one fact. All others stand for
# themselves, even where two of them say the same words.
# <!-- end -->

# %% figure columns that are one fact with="1.7 1.8+twins" without="1.5"
listing(case.same_fact)

# %% figure tables of B with="1.5"
display(pushes(case.applicant("B")))
listing(case.same_fact)

# %% answer 1.5
answer("1.5")

# %% solution 1.5
submit("1.5", list(case.concepts.loc[case.applicant("B").id].nlargest(3).index))

# %% [markdown]
# ## 5 · “So it adds that many percent?” (15 min)
#
# Clients R and S get the same contribution from one column, to two decimals. What is it worth, in **points of PD**, to each
# (1.e)? Stay inside one file: its PD as it is, minus its PD without the contribution. Take the contribution away from the
# total, and convert.

# %% practice 1.e
display(sheet(case.compare("R", "S", case.picks.practice_story), "Clients R and S"), converter())
check("1.e")

# %% figure two files without="1.6"
decided("1.e").then(two_files(case.applicant("R"), case.applicant("S"), case.picks.practice_story))

# %% figure two files, then D and E with="1.6"
display(decided("1.e").then(two_files(case.applicant("R"), case.applicant("S"), case.picks.practice_story)))
sheet(case.compare("D", "E", case.picks.story), "Clients D and E")

# %% [markdown]
# **We see** one step to the right and two heights. **This does not say** that the points of several columns can be added.
#
# <!-- with 1.6 -->
# ### Question 1.6 (2 points)
#
# Now the table above: the column of the committee's question, for clients D and E. What is it worth in **points of PD** to each,
# and which sentence may the committee keep?
# <!-- end -->

# %% answer 1.6
answer("1.6")

# %% solution 1.6
d, e = case.applicant("D"), case.applicant("E")
d_points = d.pd - case.to_pd(d.log_odds - d.contributions[case.picks.story])
e_points = e.pd - case.to_pd(e.log_odds - e.contributions[case.picks.story])
sentence = "more-when-riskier" if e_points > d_points else "more-when-safer"
submit("1.6", {"d_points": d_points, "e_points": e_points, "sentence": sentence})

# %% [markdown] with="1.7 1.8+twins"
# ## 6 · Two columns, one fact (15 min)
#
# Two columns of this model tell one fact<!-- with 1.5 -->: you met them in question 1.5<!-- end -->. A colleague wants to drop the one with the shorter bar,
# “it hardly counts”. Suppose the *other* one is taken out and the model fitted again. **Foretell** the bar of the one that
# stays (1.f).

# %% practice 1.f with="1.7 1.8+twins"
check("1.f")

# %% figure facts, and the bar before and after with="1.7 1.8+twins"
display(bars(case.explanation, concepts=True))
decided("1.f").then(sheet(case.twin_test, "The column that stays, on the same clients", digits=2))

# %% [markdown] with="1.7 1.8+twins"
# **We see** in the table the bar of the column that stays, before and after. **This does not say** that anything became more
# important to anybody: the fact weighed as much before, the credit for it was split.
#
# <!-- with 1.7 -->
# ### Question 1.7 (2 points)
#
# Give the rank of the **fact** among all facts (chart above: added per client, then averaged) and the ranks of its two columns
# **alone** (chart of part 4); 1 is the longest bar. What does the chart of part 4 alone make one say about the fact?
# <!-- end -->

# %% answer 1.7
answer("1.7")

# %% solution 1.7
fact, columns = case.twins
order = list(case.importance.index)
together = list(case.concept_importance.index).index(fact) + 1
stronger, *_between, weaker = sorted(order.index(column) + 1 for column in columns)
reading = "understates" if together < stronger else "fair"
submit("1.7", {"together": together, "stronger_alone": stronger, "weaker_alone": weaker, "reading": reading})

# %% [markdown] with="1.8"
# ## 7 · What the minutes may say (15 min)
#
# ### Question 1.8 (3 points)
#
# Eight sentences from the draft minutes: **supported** or **contradicted** by what you have here, or **not to be known** from it?
# A sentence about the model can be looked up or worked out; the columns that yours name are drawn below. For one about people
# or the future, ask: which cell shows it?

# %% figure columns named in the minutes with="1.8"
scatters(case.explanation, case.claimed)

# %% answer 1.8
answer("1.8")

# %% solution 1.8
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
verdicts = {}
for row, statement in case.value("statements").items():
    claim = statement["claim"]
    found = holds.get(opposites.get(claim, claim))
    true = found is not None and bool(found(**statement["about"])) != (claim in opposites)
    verdicts[row] = "cannot" if found is None else "supported" if true else "contradicted"
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
# Before you hand in: every question below should say “recorded”. Save the notebook, then submit it.

# %% closing
progress()
