# %% [markdown]
# # Curves, couples and red flags
#
# <!-- with 2.5 2.6 -->
# **You are the credit analyst who validates models.** The vendor now offers two of them. *Classic* is the model of lesson
# 1; *Plus* is Classic with one column more, and its AUC on the vendor's slide is the highest that anybody here has seen.
# The head of sales wants to sign for Plus on Friday. **You are asked: “Is there a reason not to?”**
# <!-- end -->
# <!-- without 2.5 2.6 -->
# **You are the credit analyst who validates models.** The vendor offers its model, *Classic*, the one of lesson 1, for good.
# The head of sales wants to sign on Friday. **You are asked: “Is there a reason not to?”**
# <!-- end -->
#
# | | |
# |---|---|
# | Time | 3 h; each part says how long it takes |
# | You hand in | eight answers, 20 points |
# | You will be able to | <!-- with 2.3 2.4 -->read a curve against what was declared of it; <!-- end --><!-- with 2.1 2.2 -->find two columns that act together; <!-- end --><!-- with 2.5 2.6 -->name a column that knew too much; <!-- end -->say whether as many defaulted as were announced |
# | You need | your credit desk, a sheet of paper and a pocket calculator; no programming |
#
# Run cell after cell with Shift+Enter.
# <!-- with 2.a 2.b 2.c 2.e -->
# *Practice* (2.a to 2.f) is checked as often as you like.
# <!-- end -->
# *Questions* (2.1 to 2.8)
# are judged after you hand in: until then, “recorded” does not mean “right”. Your numbers are your own; share methods.
#
# <details><summary>You would rather answer in code?</summary>
#
# Code is an equal path: in a cell of your own, `submit("2.6", answer)`<!-- with 2.a 2.b 2.c 2.e -->, or `check("2.e", answer)` for practice<!-- end -->. The tables
# below are frames of `case`<!-- with 2.1+2.7 -->, such as `case.couples`, `case.psi` and `case.quarters`<!-- end --><!-- with 2.3 2.4 -->; `case.curves` holds every curve<!-- end -->.
#
# </details>
#
# ## Warm-up from lesson 1 (5 min, not graded)
#
# 1. A push of +0.7 in log-odds comes on top of a PD of 4 %, and of a PD of 30 %. Where does it add more points?
# 2. A column has a long bar and no single direction. Is the model wrong, or is the policy?
#
# <details><summary>Answer on paper, then unfold</summary>
#
# 1. In the riskier file: about 16 points at 30 %, 3.7 at 4 %. Log-odds add up, PDs do not.
# 2. The chart cannot say. It takes a curve, a declaration to hold it against, and loans<!-- with 2.3+2.4 -->: that is this lesson<!-- end -->.
#
# </details>

# %% setup
from graders import answer, check, converter, decide, decided, open_case, progress, submit
from graders.figures import announced, auc_bars, colourings, couples, curves, dependence, ice, listing, psi_bars, sheet

case = open_case()
case

# %% [markdown]
# <!-- with 2.first-choice+2.a -->
# ## 1 · Two offers, and one column with two slopes (25 min)
# <!-- end -->
# <!-- with 2.first-choice without 2.a -->
# ## 1 · Two offers (5 min)
# <!-- end -->
# <!-- with 2.a without 2.first-choice -->
# ## 1 · One column with two slopes (20 min)
# <!-- end -->
#
# <!-- with 2.first-choice -->
# **Decide first, then look.** With the slide above and nothing else: which of the two would you choose? Nobody marks this;
# it comes back at the end.
# <!-- end -->
#
# <!-- with 2.a+2.first-choice -->
# Then a
# <!-- end -->
# <!-- with 2.a without 2.first-choice -->
# A
# <!-- end -->
# <!-- with 2.a -->
# warm-up for the eye. A colleague audits car loans. She draws the contribution of one column, loan to value, three
# times, and each time tells the files apart by another column (2.a). Which of the three columns *changes the slope*? Below
# the drawing, three of her files are moved from a low value to a high one. By how many points does their **mean PD**
# change? Convert each file, then average.
# <!-- end -->

# %% decision 2.first-choice with="2.5 2.6"
decide("2.first-choice")

# %% practice 2.a with="2.1 2.2"
display(colourings(case.hunt, case.hunt_columns, ("loan to value, %", "contribution, log-odds")))
display(sheet(case.three_files, "Three of her files (made up)", digits=1), converter())
check("2.a")

# %% [markdown] with="2.1 2.2"
# ## 2 · Couples and segments (35 min)
#
# The override policy has one sentence on high values of one column, named
# <!-- with 2.1 -->
# above the table:
# <!-- end -->
# <!-- without 2.1 -->
# below:
# <!-- end -->
# *above the ceiling, an analyst
# may still grant, whoever the client is.* Sales likes it. The head of recoveries says that for some clients it is reckless.
# Is one sentence enough?
#
# A *main effect* is what a column does whatever the rest of the file says. A *couple* is what two columns do together: one
# changes the slope of the other.
# <!-- with 2.1 -->
# The table below has both for the columns of Classic that weigh most.
#
# ### Question 2.1 (2 points)
#
# Which **two columns** form the strongest couple, and how **strong** is it? Each couple stands twice in the table, half of
# its strength in each cell. Couples within 15 % of the strongest count as equally strong.
# <!-- end -->
#
# <!-- with 2.1+2.2 -->
# Below your answer, clients are told apart by the column that acts most together with that of the policy *in your model*:
# segments A and B.
# <!-- end -->
# <!-- without 2.1 -->
# Below, clients are told apart by the column that acts most together with that of the policy *in your model*: segments A
# and B.
# <!-- end -->

# %% figure the column of the policy with="2.2" without="2.1"
listing({"the column of the override policy": case.story_label})

# %% figure couples with="2.1"
display(listing({"the column of the override policy": case.story_label}))
couples(case.couples, case.value("labels"), case.value("couple_files"))

# %% answer 2.1
answer("2.1")

# %% solution 2.1
names = list(case.couples.index)
strength = {(one, other): 2 * case.couples.loc[one, other] for one in names for other in names if one < other}
couple = max(strength, key=strength.get)
submit("2.1", {"couple": list(couple), "strength": strength[couple]})

# %% figure dependence, curves and tables by segment with="2.2"
display(listing({f"segment {name}": words for name, words in case.segment_words.items()}))
display(dependence(case.explanation, case.story, case.segment_of, case.segment_words))
display(ice(case.story_curves, case.story_files, case.segment_of, case.segment_words, case.story_label))
display(sheet(case.story_moved, "The model's answer: the same files, one value moved", digits=2))
sheet(case.story_observed, f"What was seen: booked loans at the two ends of “{case.label(case.story)}”", digits=1)

# %% [markdown] with="2.2"
# **We see** a slope for each segment where one bar stood in lesson 1, and the thin lines of single files around each mean.
# **This does not say** that a client whose value changes would move along such a line: only one value was changed, in a file.
#
# ### Question 2.2 (3 points)
#
# Give everybody the low value, then the high one: by how many **points does the mean PD change in segment A, and in segment
# B**? One decimal will do. What may the override policy say of high values?
#
# Worked, with another column and other numbers: mean PD 9.8 % with everybody at a low income, 6.1 % at a high one: 6.1 −
# 9.8 = −3.7 points. The last table above is what a loan officer would look up: default rates of the loans at both ends.

# %% answer 2.2
answer("2.2")

# %% solution 2.2
low, high = case.story_moved.iloc[0], case.story_moved.iloc[-1]
a, b = (high[f"segment {name}: mean PD, %"] - low[f"segment {name}: mean PD, %"] for name in "AB")
submit("2.2", {"a_points": a, "b_points": b, "policy": "A" if a > b else "B"})

# %% [markdown] with="2.3 2.4"
# ## 3 · Curves against declarations (35 min)
#
# Before a model is fitted, the lender **declares** for each quantity: with a higher value, the risk rises, or it falls. A
# sign review holds the model's curves against these declarations. How far does a curve *run against* its sign? Walk along
# it in the declared direction: the run is the most it ever goes back, and where that run ends the curve **turns**. A wiggle
# is not a run: the line for it is the upright bar beside the curves below.
#
# Try it on paper first (2.b), then **draw the curve you expect** of two columns of your own model, in words.

# %% practice 2.b with="2.3 2.4"
display(sheet(case.paper_curve, case.paper_caption, digits=2))
check("2.b")

# %% decision 2.expected-curve with="2.3 2.4"
decide("2.expected-curve")

# %% figure declarations and curves with="2.3 2.4"
display(sheet(case.expectations, "What the lender declared, and the correlation with default on the booked loans", digits=2))
curves(case.curves, case.declared, case.value("labels"), case.adverse_line, mine=decided("2.expected-curve"))

# %% [markdown] with="2.3 2.4"
# **We see** the mean answer of the model when all explained files are given one value after the other. **This does not say**
# which curve is true. The modeller says: “if one of them breaks the declaration, we can force its sign, it takes an hour.” The
# analyst who wrote the policy says: “then force it.” Nobody has looked at a loan yet.
#
# <!-- with 2.3 -->
# ### Question 2.3 (3 points)
#
# Name the **columns whose curve runs against the declared sign** by more than the line: compare with the upright bar. One,
# several or none. What lies close to the line may be named and need not be.
# <!-- end -->

# %% answer 2.3
answer("2.3")

# %% solution 2.3
def steps_back(curve, sign):
    way = sign * curve
    return (way.cummax() - way).max()


broken = [name for name, sign in case.declared.items() if sign and steps_back(case.curves[name], sign) > case.adverse_line]
submit("2.3", broken)

# %% figure one curve, and the loans on both sides with="2.3+2.4"
display(decided("2.3").then(sheet(case.turning_curve, f"“{case.label(case.turning)}”, moved for all files", digits=2)))
sheet(case.sides, case.sides_caption, digits=1)

# %% figure one curve, and the loans on both sides with="2.4" without="2.3"
display(sheet(case.turning_curve, f"“{case.label(case.turning)}”, moved for all files", digits=2))
sheet(case.sides, case.sides_caption, digits=1)

# %% [markdown] with="2.4"
# ### Question 2.4 (2 points)
#
# One column is looked at closely: its curve number by number, and what became of the loans around the turn and beside it.
# **At which value does the curve turn**: where its longest run against the sign ends, or, if that goes on to the last value,
# where it begins? On a flat stretch, any value within 0.05 of where it turns will do. And what is **the finding for the
# report**: do the loans bear the curve out, or the declaration?

# %% answer 2.4
answer("2.4")

# %% solution 2.4
curve = case.curves[case.turning].reset_index(drop=True)
way = case.declared[case.turning] * curve
end = (way.cummax() - way).idxmax()
comes_back = end < len(way) - 1
place = end if comes_back else way.idxmax()
near = (way - way[place]).abs() <= 0.05
stretch = (~near).cumsum()
flat = way.index[near & (stretch == stretch[place])]
side = curve.iloc[: flat[0]] if comes_back else curve.iloc[flat[-1] + 1 :]
turn, beyond = case.sides["default rate, %"]
climbs = side.mean() > curve[flat].mean()
proven = case.value("sides_p") < 0.01 and len(side) > 0
verdict = "not-proven" if not proven else "defensible" if (beyond > turn) == climbs else "defect"
submit("2.4", {"value": list(case.picks.turning_values)[place], "verdict": verdict})

# %% [markdown] with="2.5 2.6"
# ## 4 · Too good to be true (30 min)
#
# Now Plus. A column that was filled **after** the decision can order loans almost without fault, and no new client will
# ever have it. Train your eye on another vendor's dictionary (2.c): six lines, some of them with harmless names, some of
# them plain bad news. On the day of the decision, which were known?
#
# <!-- with 2.d -->
# Then **foretell** (2.d): from Classic, one of two columns that tell the same fact is taken out, and the model fitted
# again. What becomes of its AUC out of time? You will see
# <!-- end -->
# <!-- with 2.d+2.5 -->
# below question 2.5.
# <!-- end -->
# <!-- with 2.d without 2.5 -->
# below.
# <!-- end -->

# %% practice 2.c with="2.5 2.6"
check("2.c")

# %% practice 2.d with="2.5+twins 2.6+twins"
check("2.d")

# %% figure columns alone, and the rule with="2.5 2.6"
display(auc_bars(case.alone, case.picks.plus_columns))
listing(case.leak_rule)

# %% [markdown] with="2.5 2.6"
# **We see** what each column of Plus would do on its own. **This does not say** that a strong column is a guilty one: some
# column has to be the best. So the validation team strikes a column out only on one of the **four findings** above.
#
# <!-- with 2.5 -->
# ### Question 2.5 (3 points)
#
# Sales calls Plus “simply better data”. **Which column knew too much?** And hold each of the exhibits in the form
# against the rule: **a finding, or none?** An exhibit may be true, and even grave, and still be none of the four.
# <!-- end -->

# %% answer 2.5
answer("2.5")

# %% solution 2.5
rule = case.value("leak_rule")
finds = {
    "dated": lambda about: about["column"] in case.contract.late,
    "alone": lambda about: about["value"] >= rule["alone"],
    "unbooked": lambda about: about["value"] == 1,
    "lost": lambda about: about["value"] >= rule["lost"],
}
exhibits = {
    row: "proves" if exhibit["kind"] in finds and finds[exhibit["kind"]](exhibit["about"]) else "not"
    for row, exhibit in case.value("exhibits").items()
}
submit("2.5", {"column": case.alone.idxmax(), "exhibits": exhibits})

# %% figure both models with="2.5 2.6" without="2.d"
sheet(case.ginis, "The model team's table: “out of time” are booked loans of the last year", digits=1)

# %% figure twin taken out, and both models with="2.d"
display(decided("2.d").then(sheet(case.twin_test, "Classic, fitted again", digits=3)))
sheet(case.ginis, "The model team's table: “out of time” are booked loans of the last year", digits=1)

# %% [markdown] with="2.d 2.6"
# <!-- with 2.d -->
# Is every strong column missed as much as one that knew the outcome? Hold the first table against what you foretold (2.d).
# <!-- end -->
#
# <!-- with 2.6 -->
# ### Question 2.6 (2 points)
#
# The model team reports in Gini. Give the **AUC out of time** of both models, **to three decimals**, and say **which one may
# be reported** to the committee.
# <!-- end -->

# %% answer 2.6
answer("2.6")

# %% solution 2.6
auc = (case.ginis["Gini out of time, %"] / 100 + 1) / 2
submit("2.6", {"plus": auc["Plus"], "classic": auc["Classic"], "report": "classic"})

# %% [markdown] with="2.5 2.6 2.7"
# <!-- with 2.d -->
# **We see** that a strong column with a twin is hardly missed, and a column that knew the outcome is missed a lot. **This
# <!-- end -->
# <!-- with 2.5 2.6 without 2.d -->
# **We see** that a column that knew the outcome is missed a lot. **This
# <!-- end -->
# <!-- with 2.5 2.6 -->
# does not say** that Classic is good enough. That is the next question.
# <!-- end -->
#
# <!-- with 2.7 -->
# ## 5 · What moved, and what was announced (35 min)
#
# Classic learnt on the earlier years; the loans of the last year have their outcome now. Two tools of your own desk: the
# **PSI** compares two populations and sees no outcome; **A/E**, actual over expected, divides the defaults seen by the
# defaults announced, the sum of the PDs.
#
# A PSI by hand first (2.e). Then foretell: which two columns have moved most?
# <!-- end -->

# %% practice 2.e with="2.7"
display(sheet(case.three_bins, "One column in two years, three bins (made up)"))
check("2.e")

# %% decision 2.what-moved with="2.7"
decide("2.what-moved")

# %% figure stability with="2.7"
psi_bars(case.psi, case.score_psi, case.value("labels"), case.psi_line, mine=decided("2.what-moved"))

# %% [markdown] with="2.7"
# **We see** where today's applicants differ from those of the first year, column by column, and in the score. **This does
# not say** whether the PDs are still right. Somebody concludes: “the score is stable, so we are fine.” Are we?
#
# One earlier quarter by hand (2.f). Worked: 1,200 loans with a mean PD of 5 % announce 60 defaults; 75 came; A/E = 75 / 60
# = 1.25.

# %% practice 2.f with="2.7"
display(sheet(case.vintage, "One quarter from the portfolio report"))
check("2.f")

# %% figure announced and seen with="2.7"
display(decided("2.f").then(announced(case.quarters, case.band)))
sheet(case.last_quarters, "The loans of the last year, by quarter", digits=1)

# %% [markdown] with="2.7"
# **We see** the same model announce too much or too little, quarter by quarter. **This does not say** why: a shock, another
# clientele and a wrong curve would look alike here.
#
# ### Question 2.7 (3 points)
#
# Which **columns** reach the lender's PSI line? What is **A/E for the whole last year**? And four **sentences** from the
# debate: supported or contradicted, by the two charts or by what a PSI and a contribution are made of, or not to be known
# from either?

# %% answer 2.7
answer("2.7")

# %% solution 2.7
year = case.last_quarters
ratio = year["defaults"].sum() / year["defaults announced"].sum()
holds = {
    "c03": lambda column="", other="": ratio > 1,  # more defaults than announced
    "c05": lambda **band: not case.band[0] <= ratio <= case.band[1],  # outside the band
    "c20": lambda: case.quarters.loc[year.index, "low"].min() > 1,  # every interval above 1
    "c16": lambda column, other: case.psi[column] > case.psi[other],  # moved more
    "c06": lambda: case.score_psi < case.psi_line,  # no alarm from the score
    "c07": lambda: abs(ratio - 1) > 0.1,  # stable, and wrong
    "c12": lambda column: True,  # a PSI sees no outcome
    "c02": lambda: True,  # contributions see no outcome
}
opposites = {
    "c10": "c03", "c01": "c05", "c18": "c20", "c09": "c16", "c04": "c06", "c14": "c07",
    "c08": "c12", "c13": "c02",
}
verdicts = {}
for row, statement in case.value("statements").items():
    claim = statement["claim"]
    found = holds.get(opposites.get(claim, claim))
    true = found is not None and bool(found(**statement["about"])) != (claim in opposites)
    verdicts[row] = "cannot" if found is None else "supported" if true else "contradicted"
moved = list(case.psi.index[case.psi >= case.psi_line])
submit("2.7", {"moved": moved, "ae": ratio, "verdicts": verdicts})

# %% [markdown] with="2.8 2.5 2.6"
# <!-- with 2.8+2.5 2.8+2.6 -->
# ## 6 · A rule for Monday, and your recommendation (15 min)
# <!-- end -->
# <!-- with 2.8 without 2.5 2.6 -->
# ## 6 · A rule for Monday (10 min)
# <!-- end -->
# <!-- with 2.5 2.6 without 2.8 -->
# ## 6 · Your recommendation (5 min)
# <!-- end -->
#
# <!-- with 2.8 -->
# ### Question 2.8 (2 points)
#
# Whichever model is signed, from Monday A/E<!-- end --><!-- with 2.8 without 2.7 -->, actual over expected,<!-- end --><!-- with 2.8 --> is watched for every small portfolio, and the lender's band decides what is
# flagged. A rule is only as good as its edges. Work out **A/E of portfolios A to D** below: *defaults seen, divided by the
# sum of the PDs*; a loan whose outcome is not known counts on neither side. Then say which of five values the band
# **flags**: it flags what lies outside; a value on its end is inside.
#
# <details><summary>You would rather write the two functions?</summary>
#
# Write `ae_ratio(bad, pd)` and `flag(ae, low, high)`, one line each; apply the first to the frames in
# `case.small_portfolios` (PD in percent), the second to `case.ae_values` with the ends in `case.band`. Hand in
# `submit("2.8", {"A": ..., "B": ..., "C": ..., "D": ..., "flags": [...]})`, the flags as True or False in the order of the
# values.
#
# </details>
# <!-- end -->
#
# <!-- with 2.5 2.6 -->
# **Then back to Friday.** Below <!-- end --><!-- with 2.8+2.5 2.8+2.6 -->your answer <!-- end --><!-- with 2.5 2.6 -->stands what you noted at the start. Keep it or change it, and write what you
# recommend: which model, on which condition, who does what by when. Nobody marks this; your class will debate it.
# <!-- end -->

# %% figure small portfolios and the band with="2.8"
display(sheet(case.small_table, "Four small portfolios (made up): PD and outcome of every loan"))
listing({"the lender's band": case.band_words})

# %% answer 2.8
answer("2.8")

# %% solution 2.8
def ae_ratio(bad, pd):
    return bad.sum() / (pd[bad.notna()].sum() / 100)


def flag(ae, low, high):
    return not low <= ae <= high


ratios = {name: ae_ratio(loans["bad"], loans["pd"]) for name, loans in case.small_portfolios.items()}
submit("2.8", {**ratios, "flags": [flag(value, *case.band) for value in case.ae_values]})

# %% figure your first choice with="2.5 2.6"
listing({"At the start you noted": decided("2.first-choice").words or "nothing"})

# %% decision 2.recommendation with="2.5 2.6"
decide("2.recommendation")

# %% [markdown]
# ## To take away
#
# <!-- with 2.3 2.4 -->
# 1. **A curve is a claim of the model, a declaration is a claim of the lender; loans decide.** Before a sign is forced,
#    look at the default rates of both sides.
# <!-- end -->
# <!-- with 2.1 2.2 without 2.3 2.4 -->
# 1. **One column may have two slopes.** What a rule says of it has to name the segment it is meant for.
# <!-- end -->
# <!-- with 2.5 2.6 -->
# 2. **The highest AUC is an alarm.** Ask of every column: could I have filled it in on the day of the decision?
# <!-- end -->
# 3. **Explanations<!-- with 2.7 --> and stability<!-- end --> see no outcome.** Only A/E says whether as many defaulted as were announced.
#
# **For next time:** one file, explained twice with the same method, gets two different first reasons. Which letter goes
# out?
#
# **At your desk:** take one column of a scorecard you use, and find out on which day its value is taken. *Leave names, file
# numbers and screenshots at work; bring only the name of the column and the day.*
#
# Before you hand in: every question below should say “recorded”. Save the notebook, then submit it.

# %% closing
progress()
