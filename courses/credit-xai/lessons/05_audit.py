# %% [markdown]
# # The audit of a vendor's model
#
# **You are the credit analyst who validates models.** A vendor offers a model, sealed: it answers, it does not open. The data
# sheet is good. The credit committee meets on Friday and asks one thing: **“Can we sign?”**
# <!-- with 5.1+5.2+5.3+5.5 -->
# You answer with a register of
# measures, a list of defects, a recommendation and a memo of two to three pages.
# <!-- end -->
# <!-- with 5.5 without 5.1+5.2+5.3 -->
# You answer with a memo of two to three pages, and with the figures behind it.
# <!-- end -->
# <!-- without 5.5 -->
# You answer with figures, and with what follows from them.
# <!-- end -->
#
# | | |
# |---|---|
# | Time | 5 h 30, in two or three sittings; each part says how long it takes |
# <!-- with 5.5 -->
# | You hand in | four answers, 15 points, and a memo, 40 points |
# <!-- end -->
# <!-- without 5.5 -->
# | You hand in | four answers, 15 points |
# <!-- end -->
# | You will be able to | audit a model you did not make; tell a defect from a difference; recommend by a rule, in writing |
# | You need | lessons 1 to 4, a pocket calculator, a sheet of paper; no programming |
#
# Your model is drawn for you, from several vendors; the neighbour's may be sound where yours is not.
# <!-- with 5.5 -->
# **The analysis may be
# done in pairs, the memo is yours alone.**
# <!-- end -->
# Nothing is wrong with a model because this is an audit: “no defect found” is a
# result.
#
# ## Warm-up from lesson 4 (10 min, not graded)
#
# <!-- with 4.1 4.2 -->
# 1. Of one group 210 of 350 applications are approved, of the other 2,100 of 3,000; the interval of the ratio runs from 0.78
#    to 0.94, the declared line is 0.80. What do you say?
# <!-- end -->
# 2. “Your score was too low for our policy.” Is that a reason?
#
# <details><summary>Answer on paper, then unfold</summary>
#
# <!-- with 4.1 4.2 -->
# 1. Ratio 0.60 / 0.70 = 0.86. The interval reaches across the line: inconclusive. Not “passed”, not “failed”.
# <!-- end -->
# 2. No: it says which factor moved the score to nobody. Name the facts that this model scored, strongest first.
#
# </details>

# %% setup
from graders import answer, check, converter, decide, decided, open_case, progress, submit
from graders.figures import bars, curves, heat, listing, pushes, sheet

case = open_case()
case

# %% [markdown]
# ## 1 · The commission, and the bank's rule (20 min)
#
# The bank has written down *before* any vendor came what counts as a defect and what follows from it: five tests, each with
# its line, and a rule that is read from the top. Within 0.03 of a line (0.01 for the end of an interval) either call is
# accepted here; in a memo you would say “near the line”. An interval that reaches across its line shows nothing either way.

# %% figure the five tests, and the rule
display(listing(case.rule))
listing(case.decision_rule)

# %% [markdown]
# **We see** lines that the bank has drawn for itself. **This does not say** what any law asks, nor that a model on the right
# side of all five does no harm<!-- with 5.5 -->: the memo has room for what the rule does not see, and for where you would draw a line
# otherwise<!-- end -->.
#
# ## 2 · The tools once more, on another model (50 min)
#
# Before the vendor's model, the same tools on a small one: **Harbour**, a card model, made up. Tables as you will meet
# them again, in the same order.
#
# **Order and gap (5.a).** An AUC is a share of pairs, one loan that defaulted and one that did not: those in which the
# default has the higher PD, and half of those in which both have the same.
#
# **Level and groups (5.b).** A/E is a ratio of sums. The interval of an approval ratio runs from the ratio *divided* by a
# factor to the ratio *times* it; the factor hangs on how many people there are, and is given.

# %% practice 5.a
display(sheet(case.other.ordering, "Harbour: pairs of a loan that defaulted and one that did not"))
check("5.a")

# %% practice 5.b
display(sheet(case.other.outcomes, "Harbour: defaults seen and announced, booked loans of the last year"))
display(sheet(case.other.approvals, f"Harbour: approvals; factor of the interval {case.other.factor}"))
check("5.b")

# %% [markdown]
# **A curve and single columns (5.c).** A curve is told by its turning points: height in log-odds, and at which value. A
# column that orders the other way round orders just as well: an AUC of 0.30 is one of 0.70.

# %% practice 5.c
display(sheet(case.other.curve, "Harbour: one curve"), sheet(case.other.alone, "Harbour: four columns alone"))
check("5.c")

# %% [markdown]
# **Explanations (5.d).** Five runs of LIME on one client make ten pairs. And a PD is rebuilt as in lesson 1: add, then
# convert.
#
# **The verdict (5.e).** Then lay your figures of 5.a to 5.c beside the lines of part 1, and read the rule from the top.

# %% practice 5.d
display(sheet(case.other.shared, "Harbour: pairs of runs by how many of their top five they share"))
display(listing(case.other.client), converter())
check("5.d")

# %% practice 5.e
check("5.e")

# %% [markdown]
# ## 3 · What was delivered (20 min)
#
# Now the vendor's. Below is the data sheet, whole. Sales says: “They do not even use a protected attribute.” The head of risk
# says: “A Gini is a promise.” **Bet before you measure**: what would you recommend from the sheet alone, and what do you
# expect to find?

# %% figure the vendor's data sheet
listing(case.data_sheet)

# %% decision 5.my-bet
decide("5.my-bet")

# %% [markdown]
# ## 4 · Order and level (35 min)
#
# <!-- with 5.1 -->
# From here you fill the **register**, the measures of this audit. Its form stands at the end of part 7: note each figure as you go.
# <!-- end -->
# <!-- without 5.1 -->
# From here, note each figure as you go.
# <!-- end -->
# First the order, on the loans the vendor learnt on and out of time; then the level, by quarter. The
# third line of the first table asks what is left of the order if everybody had the same value in one column: the one that
# orders best alone.

# %% figure pairs, and defaults by quarter
display(sheet(case.ordering, "Pairs of a loan that defaulted and one that did not"))
sheet(case.outcomes_table, "Defaults seen and announced, by quarter of application")

# %% [markdown]
# **We see** counts that the data sheet does not have: its figures are all of the first line. **This does not say** why order
# or level changed: a macro shock, a feed and a model that learnt by heart can look alike here.
# <!-- with amount+5.5 -->
# The amounts are for your memo:
# what a finding costs.
# <!-- end -->
#
# ## 5 · What it leans on (30 min)
#
# What moves the score over your explained files, column by column, then fact by fact?

# %% figure bars by column and by fact
display(bars(case.explanation, count=8))
bars(case.explanation, concepts=True, count=8)

# %% [markdown]
# **We see** what the model uses most. **This does not say** that it may be used, nor that it is known in time, nor that the
# clients filed it so. Three tables on that: what the vendor's feed reports beside our own files; how far each column gets
# alone, and when it is known; below, some of the model's curves.
# <!-- with expectations -->
# A sign may have been given up after lesson 2: the last lines then say
# which, and why.
# <!-- end -->

# %% figure feed, columns alone, and curves
display(sheet(case.feed, "Applications of the last year: the vendor's feed beside our own files"))
display(sheet(case.alone, "Each column alone, loans it learnt on; categories as weight of evidence, high is safe"))
display(curves(case.curves, case.signs, case.explanation.labels, case.lines["adverse_line"]))
display(sheet(case.curve_turns, "The same curves by their turning points"))
listing(case.amended)

# %% [markdown]
# **We see** what the model would answer if everybody had one value. **This does not say** what clients would do, nor that a
# turn is a fault: the bank has named what it expects, and a column may have no declared sign any more.
#
# <!-- with protected -->
# ## 6 · Groups (25 min)
#
# <!-- end -->
# <!-- with protected_2 -->
# A colleague has done the other attributes and left you the first.
# <!-- end -->
# <!-- with protected -->
# Who counts: all applications, or booked loans only?
# The last table shows which facts push the two groups differently.
# <!-- end -->

# %% figure approvals and pushes by group with="protected" without="protected_2"
display(sheet(case.group_table, f"Your part; factor of the interval over all applications {case.factor:.3f}"))
sheet(case.by_group, "Mean contribution by group, log-odds: the facts that differ most; + towards default")

# %% figure approvals and pushes by group with="protected_2"
display(sheet(case.other_groups, "Your colleague's part: all applications of the last year"))
display(sheet(case.group_table, f"Your part; factor of the interval over all applications {case.factor:.3f}"))
sheet(case.by_group, "Mean contribution by group, log-odds: the facts that differ most; + towards default")

# %% [markdown]
# <!-- with protected -->
# **We see** how often, and by which fact. **This does not say** why, nor what another model would do: a sealed model cannot
# be fitted again, so the alternative is something you ask the vendor for.
# <!-- end -->
# <!-- with 4.5+protected -->
# What lesson 4 showed on the bank's own model may be
# quoted as that.
# <!-- end -->
#
# <!-- with 5.1 -->
# ## 7 · Explanations, and the register (25 min)
# <!-- end -->
# <!-- without 5.1 -->
# ## 7 · Explanations (20 min)
# <!-- end -->
#
# The vendor explains with LIME, on request: ten runs on your client A, 300 invented files each. Nothing changes between them
# but the seed.

# %% figure LIME on client A
display(heat({"300 files": case.lime_tops}, case.explanation.labels))
display(sheet(case.shared, "All 45 pairs of runs, by how many of their top five they share"))
sheet(case.lime_fidelity, "How faithfully LIME's copy follows the model around client A", digits=2)

# %% [markdown]
# **We see** how often two runs would give A the same top five, and how much of the model the copy copies. **This does not
# say** which run is right. SHAP, below, gives one answer against one declared reference, with the bank's sentences for the
# strongest pushes.

# %% figure client A, and what rules say of explanations
display(listing(case.base_and_client), pushes(case.applicant("A")), converter())
display(sheet(case.reason_table, "Client A's strongest pushes, fact by fact"))
case.law("eba-loan-origination", "dun-bradstreet")

# %% [markdown]
# **We see** what moved A's score, and what rules ask of whoever explains it. **This does not say** what A would be told by
# another reference.
#
# <!-- with 5.1+protected -->
# ### Question 5.1 (6 points)
#
# Fill the register: eight measures, each worth the same. **AUC** where it learnt and out of time; **A/E** of the last year; the
# **three facts** that move the score most; the **approval ratio** of your part of part 6, first group over second, with its
# interval;
# <!-- end -->
# <!-- with 5.1 without protected -->
# ### Question 5.1 (6 points)
#
# Fill the register: its measures are worth the same. **AUC** where it learnt and out of time; **A/E** of the last year; the
# **three facts** that move the score most;
# <!-- end -->
# <!-- with 5.1 -->
# the **worst adverse run** of a curve with a declared sign, 0 where none runs against it; the **best AUC of a
# column alone**, whichever way round; **LIME's mean Jaccard** over all 45 pairs; the **PD of client A**. Two decimals will
# do, one for the PD.
# <!-- end -->

# %% answer 5.1
answer("5.1")

# %% solution 5.1 also="5.2 5.5"
from itertools import combinations

import pandas as pd

pairs = case.value("ordering")
auc_learnt, auc_later, auc_usual = (
    (row["ahead"] + 0.5 * row["tied"]) / (row["bad"] * row["good"])
    for row in (pairs["development"], pairs["later"], pairs["usual"])
)
year = case.outcomes.iloc[1:].sum()
ae = year["defaults"] / year["announced"]
compared = case.value("approvals")
tops = []
for row in compared:
    a, n, b, m = row["all"]
    tops.append((a / n) / (b / m) * row["factor"])
high = tops[0] if compared else float("nan")
ratio, low = high / case.factor, high / case.factor**2
heights = [sign * case.curves[name] for name, sign in case.signs.items() if sign]
run = max(((curve.cummax() - curve).max() for curve in heights), default=0)
declared = any(curve["declared"] for curve in case.value("curves").values())
alone = max(max(auc, 1 - auc) for auc in case.value("alone").values())
shared = [len(set(one) & set(other)) for one, other in combinations(case.lime_tops, 2)]
jaccard = pd.Series([count / (10 - count) for count in shared]).mean()
facts_first = list(case.concept_importance.index[:3])
client = case.applicant("A")

# %% solution 5.1
register = {
    "auc_learnt": auc_learnt,
    "auc_later": auc_later,
    "ae": ae,
    "facts": facts_first,
    "ratio": ratio,
    "low": low,
    "high": high,
    "run": run,
    "alone": alone,
    "jaccard": jaccard,
    "pd": client.pd,
}
not_asked = [*([] if compared else ["ratio", "low", "high"]), *([] if declared else ["run"])]
submit("5.1", {measure: value for measure, value in register.items() if measure not in not_asked})

# %% [markdown]
# <!-- with 5.2+5.3 -->
# ## 8 · Defects and recommendation (20 min)
# <!-- end -->
# <!-- with 5.2 without 5.3 -->
# ## 8 · Defects (15 min)
# <!-- end -->
# <!-- without 5.2 -->
# ## 8 · Back to your bet (5 min)
#
# Lay the figures that you noted beside the lines of part 1, and look at your bet again.
# <!-- end -->
#
# <!-- with 5.2 -->
# ### Question 5.2 (5 points)
#
# Which of the five **defects** does the model have? Each by its own test and line; a difference that stays inside its line is
# <!-- end -->
# <!-- with 5.2+5.5 -->
# worth a sentence in the memo, and no defect.
# <!-- end -->
# <!-- with 5.2 without 5.5 -->
# no defect.
# <!-- end -->
# <!-- with 5.2+protected_2 -->
# Your colleague's groups count too.
# <!-- end -->
# <!-- with 5.2 -->
# *None* is an answer.
# <!-- end -->

# %% answer 5.2
answer("5.2")

# %% solution 5.2 also="5.5"
lines = case.lines
band_low, band_high = lines["ae_band"]
tests = {
    "leak": alone > lines["leak_line"],
    "sign": run > lines["adverse_line"],
    "disparity": any(top < lines["air_line"] for top in tops),
    "overfit": auc_learnt - auc_later > lines["overfit_max_gap"],
    "calibration": not band_low <= ae <= band_high,
}
defects = [name for name, crossed in tests.items() if crossed]

# %% solution 5.2
submit("5.2", defects)

# %% [markdown] with="5.3"
# ### Question 5.3 (2 points)
#
# What does the bank's **rule** make of **your list** of 5.2? What counts is that the recommendation follows from your list.
# <!-- with 5.5 -->
# The
# memo may argue with the rule; the recommendation does not.
# <!-- end -->

# %% answer 5.3
answer("5.3")

# %% solution 5.3 also="5.5"
verdict = "refuse" if {"leak", "overfit"} & set(defects) else "conditions" if defects else "approve"

# %% solution 5.3
submit("5.3", verdict)

# %% figure your bet
listing({"Before you measured, you noted": decided("5.my-bet").words or "nothing"})

# %% decision 5.my-bet-after
decide("5.my-bet-after")

# %% [markdown] with="5.5"
# ## 9 · Before you write (25 min)
#
# Two looks at other people's memos. First four excerpts on explanations: which **level** has each (5.f)? The rubric's row
# on explanations stands above them; the others follow in part 10. Then the opening of a draft, beside the register it was
# written from: which sentences carry a number
# that is **not** the register's (5.g)?

# %% practice 5.f with="5.5"
display(listing(case.rubric_row))
check("5.f")

# %% practice 5.g with="5.5"
display(listing(case.draft_register))
check("5.g")

# %% [markdown] with="5.4"
# <!-- without 5.5 -->
# ## 9 · The opening of a memo (10 min)
#
# <!-- end -->
# ### Question 5.4 (2 points)
#
# Now your own opening: *“On the loans it learnt on, the model has an AUC of …, and of … out of time. For each default
# announced, … came.<!-- with protected --> The approval ratio is ….<!-- end -->”* Fill the slots with **your register's** figures, to two decimals: what counts is
# that memo and register say one thing.

# %% answer 5.4
answer("5.4")

# %% solution 5.4
slots = {"auc_learnt": auc_learnt, "auc_later": auc_later, "ae": ae}
submit("5.4", slots | ({"ratio": ratio} if compared else {}))

# %% rubric 5.5 [markdown]
# ## 10 · The memo (70 min)
#
# ### Question 5.5 (40 points)
#
# Write the memo: 600 to 1,400 words, alone. Seven headings, in this order: **(1)** object, version, data, dates; **(2)**
# verdict, in five lines for somebody who is no specialist; **(3)** findings, each with evidence, size in PD points, loans or
# euros, severity, owner and date; **(4)** discrimination: what was measured, what was not, which alternative was tried or is
# asked for; **(5)** explanations: method, reference, stability, and what client A may be told; **(6)** limits, and what would
# change the verdict; **(7)** recommendation, conditions, monitoring. Numbers come from
# <!-- with 5.1 -->
# your register and from
# <!-- end -->
# the tables
# above; no name and no file number of a client belongs in it. You may write elsewhere and paste.
#
# <details><summary>An example to read first: an excerpt of a proficient memo, about another model</summary>
#
# **Finding 2 of 3, severity high: the limit model “Quay” raises limits on a column that is refreshed after the fact**
#
# “Segment” is the marketing segment at extraction, not at decision: of 1,900 accounts whose segment changed within the year,
# 83 % changed after a limit was raised. Alone it orders the 11,400 booked accounts with an AUC of 0.88 (our line: 0.85); with
# every account at its segment of the decision day, the model's AUC out of time goes from 0.90 to 0.74. *Consequence:* with
# limits set by today's score, about 260 accounts a year would get a raise that the score of the decision day would not give,
# 0.4 million EUR of open lines. *Another reading tried:* the segment might only follow spending; within accounts of equal
# spending it still orders with 0.81. *Owner:* data office. *By:* 30 April, column dated or dropped, and this test repeated.
#
# *Explanations.* SHAP against 100 booked accounts, log-odds. Two columns of balance are read as one fact; ranks two and three
# lie within 15 % and are not told apart. LIME's ten runs agree with a Jaccard of 0.58, R² 0.34, below our 0.60: internal use
# only.
#
# *Discrimination.* Approval ratio under 30 against others 0.91 (0.86 to 0.96), all requests, not raised ones only; not
# below the line, and not nothing: 4 points, carried by “months as customer”; a version without it was asked of the model's
# owner.
#
# *Its level, criterion by criterion, as far as an excerpt shows it.* Facts and units: proficient; nothing says how sure the
# 0.4 million is. Findings: exemplary; ranked, and another reading is excluded. Explanations: proficient; not said is what no
# method here can show. Discrimination: proficient; selection and calibration by group are not weighed. Reasons,
# recommendation and writing: not in the excerpt.
#
# </details>
#
# By this it is read:

# %% answer 5.5
answer("5.5")

# %% solution 5.5
sheet_of, labels = case.value("sheet"), case.value("labels")
learnt, *months = sheet_of["learnt"]
said = {"approve": "approve", "conditions": "approve with conditions", "refuse": "refuse"}[verdict]
more = year["defaults"] - year["announced"]
lost = ""
if case.contract.roles.amount:
    lost = f", {year['lost'] - year['lost_announced']:+.1f} million EUR in default against what was announced"
group = case.contract.label(compared[0]["attribute"]).lower() if compared else "no group"
pushes_by_group = case.value("by_group").get("means", {})
carrier, (one, other) = next(iter(pushes_by_group.items()), ("", (None, None)))
differs = one is not None and other is not None
means_of = f"{one:+.2f} against {other:+.2f}" if differs else "one group has under ten files"
below = []
for row, top in zip(compared, tops, strict=True):
    a, n, b, m = row["all"]
    name, bottom = case.contract.label(row["attribute"]).lower(), top / row["factor"] ** 2
    if top < lines["air_line"]:
        below.append(
            f"by {name} ({row['compared'].replace('_', ' ')} against {row['reference'].replace('_', ' ')}) {100 * a / n:.0f} % "
            f"against {100 * b / m:.0f} %, ratio {a * m / (n * b):.2f} ({bottom:.2f} to {top:.2f}); consequence: at "
            f"the other group's rate about {(b / m - a / n) * n:.0f} more people of this group would be approved"
        )
proxy = bool(compared) and tops[0] < lines["air_line"] and differs
column = "that column" if proxy else "the column that carries it"
carried = f" By {group} the fact that differs most is “{labels[carrier]}” ({means_of} in log-odds)." if proxy else ""
quarters = case.outcomes.iloc[1:]
sided = len(set(quarters["defaults"] > quarters["announced"])) == 1
one_bad = "Another reading, one bad quarter, is excluded: the quarters lie on one side. " if sided else ""
level_on, tested_on = sheet_of["calibrated"][1:], sheet_of["later"][1:]
remark = (
    "the level was set on loans of the year that we test on, so the A/E of those quarters is no test"
    if level_on and level_on[0] <= tested_on[1] and tested_on[0] <= level_on[1]
    else "one year was tested, and the next may be another"
)
fidelity = pd.Series(case.value("lime")["fidelity"]).mean()
feed = case.value("feed")
fed = feed["lines"] if feed else {}
turned = bool(fed) and fed.get(str(client.values.get(feed["category"])), [0, 0])[1] > 0  # are A's files fed otherwise than filed?
facts = case.explanation.concept_columns.items()
misread = [labels.get(fact, fact) for fact, names in facts if turned and feed["column"] in names]
held = [name for name in case.reason_sentences if name in misread]
told = [text for name, text in case.reason_sentences.items() if "no sentence" not in text and name not in held]
not_told = "".join(f" “{name}” is not to be told: the feed does not say what the client filed." for name in held)
named = "; ".join(f"({place}) {text}" for place, text in enumerate(told, 1))
against = {name: sign * case.curves[name] for name, sign in case.signs.items() if sign}
worst = max(against, key=lambda name: (against[name].cummax() - against[name]).max(), default="")
differing = [level for level, row in fed.items() if row[1] > 0]
cause, other_reading = (
    f"In the feed the files of the channel {', '.join(differing[:1])} do not say what our own files say.",
    "Another reading, that the clients of this channel are others, is excluded: our own files of the same applications differ "
    "from the feed.",
)
if not differing:
    cause = "The feed agrees with our own files, so the cause lies in the model."
    other_reading = "Another reading, that risk turns there, is open: it takes defaults by value, which we do not have."
overfit_reading = "Another reading, that the population changed, is open: it takes loans of those months not learnt on."
if "leak" not in defects:
    overfit_reading += (
        f" A third, a column known too late, is excluded: no column alone comes to more than {alone:.2f}, line "
        f"{lines['leak_line']:.2f}."
    )
findings = {
    "leak": f"“{labels[pairs['column']]}” alone orders the loans with an AUC of {alone:.2f}, line "
    f"{lines['leak_line']:.2f}. It is counted after booking: on the day of an application it is the same for everybody. "
    f"With it so, the model's AUC out of time is {auc_usual:.2f} and not {auc_later:.2f}. Consequence: on the first day of "
    f"use the order that we paid for falls to an AUC of {auc_usual:.2f}. Another reading, that it is merely a strong "
    "column, is excluded by its date. Severity: critical. Owner: vendor, column removed and model fitted again; by 31 March.",
    "sign": f"The curve of “{labels.get(worst, worst)}” runs {run:.2f} in log-odds against its declared sign, line "
    f"{lines['adverse_line']:.2f}. {cause} Consequence: clients are pushed the wrong way by a column that the bank can "
    f"explain in one way only. {other_reading} Severity: high. Owner: vendor's data office, "
    "feed corrected and curve drawn again; by 31 March.",
    "disparity": f"Approval over all applications of the last year, line {lines['air_line']:.2f}, each whole interval below: "
    f"{'; '.join(below)}.{carried} Severity: high. Owner: vendor, a version without "
    f"{column}; by 31 March.",
    "overfit": f"AUC {auc_learnt:.2f} on the loans it learnt on, {auc_later:.2f} out of time: a gap of "
    f"{auc_learnt - auc_later:.2f}, line {lines['overfit_max_gap']:.2f}. Consequence: the data sheet's Gini of "
    f"{200 * auc_learnt - 100:.0f} % was {200 * auc_later - 100:.0f} % on the last year's loans; a cut-off set on the first "
    f"is set on an order that did not come. {overfit_reading} Severity: critical. Owner: vendor, a smaller model; by 31 March.",
    "calibration": f"A/E {ae:.2f} over the four quarters, band {band_low:.2f} to {band_high:.2f}: {year['defaults']:.0f} "
    f"defaults, {year['announced']:.0f} announced, {100 * more / year['loans']:+.1f} points of PD on {year['loans']:,.0f} "
    f"booked loans{lost}. Consequence: prices and reserves are "
    f"set on the wrong level. {one_bad}Severity: high. "
    "Owner: vendor, level set again on later loans; by 31 March.",
}
nothing = (
    f"No defect was found. Best column alone {alone:.2f} (line {lines['leak_line']:.2f}); worst run {run:.2f} in log-odds "
    f"(line {lines['adverse_line']:.2f}); gap of the AUCs {auc_learnt - auc_later:.2f} (line "
    f"{lines['overfit_max_gap']:.2f}); A/E {ae:.2f} (band {band_low:.2f} to {band_high:.2f}); ratio {ratio:.2f} ({low:.2f} "
    f"to {high:.2f}). Remark, severity low: {remark}. Owner: model risk, A/E of the next two quarters; by 30 September."
)
on_groups = "Nothing was measured: this portfolio names no groups to compare. That is a finding of its own."
if compared:
    on_groups = (
        "Measured: approval over all applications of the last year, not over booked loans only, because those who were "
        f"refused before are whom the question is about. By {group}: ratio {ratio:.2f}, 95 % interval {low:.2f} to "
        f"{high:.2f}. The other declared groups were worked out by a colleague and are in the annex. No protected attribute "
        "is an input; that does not settle the question, since another column may carry it. The fact that differs most "
        f"between the groups is “{labels.get(carrier, carrier)}”, mean contribution {means_of} over the {len(case.applicants)} explained "
        "files."
    )
before = "Before the model is offered again" if verdict == "refuse" else "Before any use"
found = "\n\n".join(f"Finding {place}. {findings[name]}" for place, name in enumerate(defects, 1)) or nothing
memo = (
    "(1) Object, version, data, dates\n\n"
    f"The vendor's model, version {sheet_of['version']}, delivered sealed: it answers, it does not open. It learnt on "
    f"{learnt:,} booked loans{' of ' + ' to '.join(months) if months else ''}. We tested it on {sheet_of['later'][0]:,} booked loans and "
    f"{sheet_of['applications']:,} applications of the last year, read through the vendor's own feed, with the cut-off "
    "that approves the declared share. Every figure below stands in the register handed in with this memo; where no "
    "population is named, it is the booked loans of the last year.\n\n"
    "(2) Verdict\n\n"
    f"Recommendation: {said}. The model was put to the bank's five declared tests; {len(defects)} of them found a defect. "
    f"On the loans it learnt on it orders with an AUC of {auc_learnt:.2f}, out of time with {auc_later:.2f}. For each "
    f"default announced for the last year, {ae:.2f} came. The approval ratio that we measured is {ratio:.2f}.\n\n"
    "(3) Findings\n\n"
    f"{found}\n\n"
    "(4) Discrimination\n\n"
    f"{on_groups} Not measured: refusals of good payers by group, since only booked loans have an outcome, and "
    "combinations of groups, since the cells are small. Alternative: none could be tried, a sealed model cannot be fitted "
    "again. We ask the vendor for a version without the column that differs most, with its AUC and its ratio on our "
    "applications. On the bank's own model a version without its strongest proxy was tried: that "
    "it can be done, not what it would give here.\n\n"
    "(5) Explanations\n\n"
    f"SHAP in log-odds against 100 loans that the model learnt on, base value {case.base:.2f}. The three facts that move "
    f"the score most are {', '.join(labels[name] for name in facts_first)}. Columns that tell one fact are read as "
    "one; ranks within 15 % of each other are not told apart. LIME, which the vendor offers, names a top five that agrees "
    f"between two runs with a Jaccard of {jaccard:.2f} on average, and copies the model with an R² of {fidelity:.2f}; the "
    f"bank's line is {lines['lime_fidelity_min']:.2f}. LIME stays in the house. Client A, PD {client.pd:.1f} %, may be "
    f"told, in this order: {named}.{not_told} These are the facts that this model scored against A. They are no promise that a "
    "change would lead to approval, and a fact that was not known on the day of the application is not written at all. No "
    "method used here shows a cause of default, nor what a borrower would do; for that one needs outcomes after a "
    "change.\n\n"
    "(6) Limits, and what would change the verdict\n\n"
    "Outcomes exist for booked loans only: nobody knows how the refused would have paid. One year was tested, and the "
    "next may be another. What the vendor did to make the model we know from the data sheet "
    f"alone. The explained files are {len(case.applicants)}, a sample. The verdict would change if the same tests, on a "
    "corrected delivery, fell on the other side of their lines; a better Gini would not change it.\n\n"
    "(7) Recommendation, conditions, monitoring\n\n"
    f"We recommend: {said}, by the declared rule. {before}: each finding closed by its owner at its date, and the five "
    f"tests repeated by us. In use: A/E by quarter, trigger outside {band_low:.2f} to {band_high:.2f}; AUC out of time by "
    "half-year, trigger a loss of 0.03; approval ratios with intervals by half-year, trigger an interval wholly below "
    f"{lines['air_line']:.2f}; stability of the inputs by month, trigger a PSI of 0.10. Owner: model risk. First report: "
    "three months after the start. An analyst may overrule the model in both directions, with a reason on file; overrides "
    "are counted."
)
submit("5.5", memo)

# %% criteria 5.5 [markdown]
# **How it is marked.** Your instructor reads the memo and gives points for each criterion below, with a comment; nothing of
# it is marked by machine. Until then these cells are empty. In the hearing, ten minutes, you defend two of your findings, and
# take the vendor's side against a neighbour's.

# %% [markdown]
# ## To take away
#
# 1. **A data sheet is true as far as it goes.** Order on other loans, level, curves, groups, feed: what it leaves out is the
#    audit.
# 2. **A defect is what crosses a declared line**; a difference inside it is a sentence in the memo. No defect found is a
#    result.
# <!-- with 5.4 5.5 -->
# 3. **One number, one source.** A memo that differs from its register in one figure is believed in none.
# <!-- end -->
#
# **For next time:** the model you approved is in use for a year. Which of your figures would you want to see first, and
# who sends it to you?
#
# **At your desk:** take the last validation report you signed. Which of the seven headings does it not have? *Leave names,
# figures and screenshots at work; bring only the headings.*
#
# Before you hand in: every question should say “recorded”. Save the notebook, then submit it.

# %% closing
progress()
