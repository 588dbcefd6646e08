# ---
# jupyter:
#   definitions:  # of this lesson, each with two sources; read in November 2026, papers at least in their abstracts
#     approval ratio:
#       - fairlearn 0.15, user guide, common fairness metrics, demographic parity ratio (lowest over highest selection rate)
#       - 29 CFR 1607.4(D), selection rate of a group over that of the group with the highest rate (law.toml, four-fifths)
#     interval of a ratio:
#       - statsmodels 0.15, confint_proportions_2indep(compare="ratio", method="log")
#       - R package asbio, ci.prat, method katz.log (Katz, Baptista, Azen and Pike 1978, Biometrics 34)
#     four-fifths line, where it comes from and what it is not:
#       - 29 CFR 1607.4(D), with its sentence on smaller differences (law.toml, four-fifths)
#       - fairlearn, user guide, "The four fifths rule, often misapplied" (no validity outside US employment law)
#     proxy:
#       - Barocas and Selbst 2016, "Big data's disparate impact", California Law Review 104
#       - Avery, Brevoort and Canner 2012, "Does credit scoring produce a disparate impact?" (a surrogate for group membership)
#     not asking for a group is no protection:
#       - Hardt, Price and Srebro 2016, "Equality of opportunity in supervised learning"
#       - van Veen (Nubank), "Fairly measuring fairness in machine learning" (the protected column as the target of a model)
#     less discriminatory alternative:
#       - Gillis, Meursault and Ustun 2024, "Operationalizing the search for less discriminatory alternatives", FAccT
#       - Gailey (Charles River Associates) 2024, "Considerations when searching for less discriminatory alternatives"
#     refusal of good payers (equal opportunity):
#       - fairlearn, user guide, common fairness metrics, equal opportunity (true positive rate; here of approving)
#       - R package yardstick, equal_opportunity, after Hardt, Price and Srebro 2016
#     calibration within groups:
#       - Kleinberg, Mullainathan and Raghavan 2016, "Inherent trade-offs in the fair determination of risk scores", condition A
#       - Pleiss, Raghavan, Wu, Kleinberg and Weinberger 2017, "On fairness and calibration", NeurIPS
#     where default rates differ, a refusal that means the same and equal errors of both kinds cannot all hold:
#       - Chouldechova 2017, "Fair prediction with disparate impact", Big Data 5, on positive predictive value
#       - Barocas, Hardt and Narayanan 2023, "Fairness and machine learning", classification (but where nobody good is refused)
#     of PDs the like holds for the mean PD of good and of bad payers, not for the errors at a cut-off:
#       - Kleinberg, Mullainathan and Raghavan 2016, main theorem; conditions B and C are balance of the mean score
#       - Pleiss et al. 2017 (calibration goes with one kind of error made equal, not both; errors as means of the PD)
#     principal reasons, against the files just above the line:
#       - 12 CFR 1002.9(b)(2) and its comments -1, -4 and -5 (law.toml, reg-b-9b2 to reg-b-9b2-5)
#       - Federal Reserve Bank of New York, official staff commentary on Regulation B (the address stands in law.toml)
#     one field changed, all else as filed:
#       - Wachter, Mittelstadt and Russell 2018, "Counterfactual explanations without opening the black box"
#       - Barocas, Selbst and Raghavan 2020, "The hidden assumptions behind counterfactual explanations and principal reasons"
# ---

# %% [markdown]
# # Fair, and able to say why
#
# **You are the credit analyst who validates models.** The ombudsman has written to your bank:
# <!-- with 4.a+4.client-k 4.a+4.f -->
# *“Send me your approval rates
# by group. And send me the reasons that you gave three clients whom you refused.”* The managing director adds by hand:
# **“Our model does not even use such groups. So we are fine?”**
# <!-- end -->
# <!-- with 4.a without 4.client-k 4.f -->
# *“Send me your approval rates by group.”* The managing director adds by hand: **“Our model does not even use such groups.
# So we are fine?”**
# <!-- end -->
# <!-- with 4.client-k 4.f without 4.a -->
# **“Send me the reasons that you gave three clients whom you refused. What would have changed the answer?”**
# <!-- end -->
# Your reply goes out on Friday.
#
# | | |
# |---|---|
# | Time | 3 h; each part says how long it takes |
# | You hand in | nine answers, 25 points |
# | You will be able to | <!-- with 4.1 4.2 -->compare groups with the right rate and its uncertainty; <!-- end --><!-- with 4.3 4.4 -->find what tells a group; <!-- end --><!-- with 4.5 -->weigh another model; <!-- end --><!-- with 4.client-k 4.f -->write reasons that are specific, true and sufficient<!-- end --><!-- without 4.client-k 4.f -->say whose errors a model makes<!-- end --> |
# | You need | your credit desk, a pocket calculator, a sheet of paper; no programming |
#
# Nothing here finds the bank guilty or not guilty, and no single number clears a model. You measure **who bears which harm,
# by which decision**, and say what was not measured. As before: *practice* (4.a to 4.f) is checked at once, *questions*
# (4.1 to 4.9) are judged after you hand in.
# <!-- with 4.a -->
# Numbers about groups are counts: no person can be looked up by group.
# <!-- end -->
#
# <details><summary>You would rather answer in code?</summary>
#
# Code is an equal path: end a cell of your own with `submit("4.1", answer)`.<!-- with 4.a --> Groups are in `case.value("groups")`.<!-- end --><!-- with 4.client-k 4.f --> Refused
# clients are in `case.client("G")`.<!-- end -->
#
# </details>
#
# ## Warm-up from lesson 3 (5 min, not graded)
#
# 1. A LIME explanation of one decision has R² = 0.30; the bank's line is 0.60. Ten runs agree. May it go to the client?
# 2. One client, explained against all loans and against the files just approved, gets two lists of reasons. Which list is
#    wrong?
#
# <details><summary>Answer on paper, then unfold</summary>
#
# 1. No. The runs agree with each other; they copy 30 % of what the model does near this file. Stable is not faithful.
# 2. Neither. Two references are two questions. Choose one, write it down, keep it for all letters. Today: the files just
#    approved.
#
# </details>

# %% setup
from graders import answer, check, decide, decided, open_case, progress, submit
from graders.figures import calibration, facts, filed, ladder, listing, proxies, pushes, rates, ratios, reasons, sheet
from graders.figures.together import together

case = open_case()
case

# %% [markdown] with="4.1 4.2 4.3 4.4 4.5 4.6"
# ## 1 · Who counts, and which rate (25 min)
#
# Three words before any number. The **harm**: a loan refused to somebody who would have repaid it. The **group**: people
# who complain of it. The **decision**: the model's, at its cut-off. A rate without these three is no answer to anybody.
#
# First a branch office, far from your portfolio. Applicants from villages say that they are turned down more often than
# people from the town. Whom do you compare them with, and whom do you count (4.a)? Then the two numbers (4.b).

# %% practice 4.a with="4.1 4.2 4.3 4.4 4.5 4.6"
display(sheet(case.branch, "The branch: two groups, four counts"))
check("4.a")

# %% practice 4.b with="4.1 4.2 4.3 4.4 4.5 4.6"
check("4.b")

# %% [markdown] with="4.1 4.2 4.3 4.4 4.5 4.6"
# **We see** two rates with two different crowds below the line of the fraction. **This does not say** why the rates differ.
#
# <!-- with 4.1 -->
# ### Question 4.1 (3 points)
#
# Now the ombudsman's first demand, from the counts below. “Approved by the model” is the model under audit at its cut-off<!-- end --><!-- with 4.1+decision -->;
# “booked in the past” is what was granted before<!-- end --><!-- with 4.1 -->. For each group the **approval rate in percent**, for each pair
# the **ratio**, compared group over reference group (first line over second), to two or three decimals.
# <!-- end -->

# %% figure counts by group with="4.1"
sheet(case.counts, "Applications of the last year, by group")

# %% answer 4.1
answer("4.1")

# %% solution 4.1
found = {}
for column, both in case.value("groups").items():
    compared, reference = (100 * both[side]["approved"] / both[side]["applications"] for side in ("compared", "reference"))
    found |= {f"{column}_compared": compared, f"{column}_reference": reference, f"{column}_ratio": compared / reference}
submit("4.1", found)

# %% [markdown] with="4.2"
# ## 2 · The line and the uncertainty (30 min)
#
# Your lender has declared a line for the approval ratio; it stands in the table at the top. Where such lines come from, and
# what they are *not*, is on the card below.
#
# A colleague has cut one kind of application ever finer, and wants to report a single month. Read the bars, not the points
# (4.c).

# %% practice 4.c with="4.2"
display(case.law("four-fifths"))
display(ratios(case.nested, case.line))
check("4.c")

# %% [markdown] with="4.2"
# ### Question 4.2 (4 points)
#
# Below, first the rates of the declared comparisons, then their ratios and, where one can be shown, that of one small cell. For
# each ratio: where does the **95 % interval** lie against the declared line? And is the gap between the two rates **more than
# chance at 1 %**, that is, does z lie beyond 2.58 on either side? Then choose the sentence that the reply may keep.

# %% figure approval rates, ratios against the line, and the tests with="4.2" without="4.1"
tests = sheet(case.tests, "The same comparisons, tested")
together(rates(case.declared), ratios(case.comparisons, case.line), tests)

# %% figure approval rates, ratios against the line, and the tests with="4.1+4.2"
tests = sheet(case.tests, "The same comparisons, tested")
decided("4.1").then(together(rates(case.declared), ratios(case.comparisons, case.line), tests))

# %% answer 4.2
answer("4.2")

# %% solution 4.2
standing, significant = {}, {}
for row, one in zip(case.picks.tested, case.comparisons, strict=True):
    low, high = one.approvals.interval
    standing[row] = "below" if high < case.line else "not-below" if low >= case.line else "inconclusive"
    significant[row] = "yes" if abs(one.approvals.z) > 2.576 else "no"
submit("4.2", {"standing": standing, "significant": significant, "sentence": "look-into-both"})

# %% [markdown] with="4.2 4.3 4.4"
# <!-- with 4.2 -->
# **We see** how far the rates lie apart, and that smaller groups have longer bars. **This does not say** that a ratio above
# the line is harmless: the line is the lender's own choice of what it looks into first.
# <!-- end -->
#
# <!-- with 4.3 4.4 -->
# ## 3 · “We do not use it” (30 min)
#
# The managing director's sentence. A **proxy** is a column that stands in for a group: whoever knows the column can guess
# the group. The measure here is the AUC of guessing the group from one column: 0.5 is blind guessing. It does not ask how
# much the model *uses* the column; that is the bar chart of lesson 1.
#
# **Foretell before you look** (4.d): no model here is told who belongs to the group in the form. Which column gives them
# away?
# <!-- end -->

# %% practice 4.d with="4.3 4.4"
check("4.d")

# %% [markdown] with="4.3 4.4"
# <!-- with 4.3 -->
# ### Question 4.3 (2 points)
#
# <!-- end -->
# Compare your guess with the chart of that group below: a column may tell a group almost by itself. That does not say that
# the model treats them worse by it: for that it must also lean on the column.
# <!-- with 4.3+protected_2 -->
# A colleague now says: “For the second
# attribute it is the column of the sentence under the charts. For the first it is whatever weighs most in the score.” Name the
# **best single proxy** of the two attributes in the form, each with its **AUC**.
# <!-- end -->
# <!-- with 4.3 without protected_2 -->
# A colleague now says: “It is the column of the sentence under the charts.” Name the **best single proxy** of the attribute in
# the form, with its **AUC**.
# <!-- end -->

# %% figure proxies of the attributes, other measures, and four AUCs with="4.3 4.4"
display(decided("4.d").then(proxies(case.told(*case.words), case.explanation.labels)))
display(listing({"the colleague's sentence": case.typical}))
display(sheet(case.other_measures, "Other measures of the columns that weigh most", digits=3))
listing(case.guesses)

# %% answer 4.3
answer("4.3")

# %% solution 4.3
best = {}
for place, column in zip(("first", "second"), case.words, strict=False):
    telling = case.telling(column)
    best |= {f"{place}_column": telling.index[0], f"{place}_auc": telling.iloc[0]}
submit("4.3", best)

# %% [markdown] with="4.4"
# ### Question 4.4 (2 points)
#
# One column may be an accident. So the model team let a model of the same kind read *all* the columns, and learn the group
# instead of default: the four lines
# <!-- with 4.3 -->
# above question 4.3's form.
# <!-- end -->
# <!-- without 4.3 -->
# under the charts above.
# <!-- end -->
# Give the **AUC of guessing the group** that you would defend
# before a statistician, say what it means, and whether “we do not use it” answers the ombudsman. (This course calls columns
# telling from an AUC of 0.65.)

# %% answer 4.4
answer("4.4")

# %% solution 4.4
auc = case.value("guess")["other_half"]
submit("4.4", {"auc": auc, "meaning": "pair-in-order", "defence": "no-defence" if auc >= 0.65 else "holds"})

# %% [markdown] with="4.5"
# ## 4 · Another model (20 min)
#
# “Take the column out”, says the compliance officer. “That costs us the model”, says its owner. Both guess. A **less
# discriminatory alternative** is another model that serves the same purpose with a smaller gap between groups. It is found
# by trying, and compared **at the same share approved**: else part of the difference is only more, or fewer, loans.
#
# Worked, for another lender: AUC 0.771, ratio 0.730. Without a column: AUC 0.760, ratio 0.792. Loss 0.011, gain 0.062.
# Under a rule of “at most 0.04 lost, at least 0.05 gained”, it is proposed; who decides is the owner, in writing.
#
# ### Question 4.5 (3 points)
#
# For the model without the best proxy of the first attribute: the **AUC lost** (four decimals), the **gain in that
# attribute's ratio** (three decimals), and what the lender's declared rule says. The rule stands in the table at the top.

# %% figure other models, and what the rules say about place of residence with="4.5" without="4.1"
display(sheet(case.alternatives, "The model under audit, and others of its kind"))
case.law("ccd-6", "fr-residence")

# %% figure other models, and what the rules say about place of residence with="4.1+4.5"
display(decided("4.1").then(sheet(case.alternatives, "The model under audit, and others of its kind")))
case.law("ccd-6", "fr-residence")

# %% answer 4.5
answer("4.5")

# %% solution 4.5
as_it_is, without = case.value("alternatives")[:2]
column, (most, least) = next(iter(case.words)), case.alternative_lines
loss, gain = as_it_is["auc"] - without["auc"], without["ratios"][column] - as_it_is["ratios"][column]
too_much, too_little = loss > most, gain < least
decision = "loss-too-large" if too_much else "gain-too-small" if too_little else "propose"
submit("4.5", {"loss": loss, "gain": gain, "decision": decision})

# %% [markdown] with="4.6"
# ## 5 · Whose errors (25 min)
#
# <!-- with 4.5 -->
# **We saw** what one column does to the ratio. **That did not say** whose errors the model makes. The owner objects: “Our
# <!-- end -->
# <!-- without 4.5 -->
# The owner of the model objects: “Our
# <!-- end -->
# PDs mean the same for everybody. That is what fair means.” Two measures, two crowds:
#
# - **Refusal of good payers**: of the booked loans that were *repaid*, how many would the model have refused? The harm
#   itself.
# - **Calibration**: defaults over announced defaults (A/E, lesson 2), group by group. Here “alike” means: the compared
#   group's A/E, over the reference group's, lies from 0.85 to 1.20. That band is a convention of this lesson and no test:
#   with so few defaults, chance alone moves the ratio of two A/E by up to about a fifth.
#
# Where default rates differ between groups, three things cannot all hold for a decision that refuses some good payers and
# some bad ones: being refused means the same default rate, good payers refused as often, bad payers approved as often
# (Chouldechova 2017). Of PDs that ever err the like holds on average: the same meaning, and the same mean PD for good and
# for bad payers of both groups (Kleinberg, Mullainathan and Raghavan 2016). Somebody has to choose, and to say so.
#
# ### Question 4.6 (3 points)
#
# From the counts below: the **refusal rate of good payers** of both groups in percent, **A/E** of both groups to two
# decimals, and the sentence that both measures allow. “More often” means by more than 5 points.

# %% figure calibration by group, and the counts with="4.6"
display(calibration(case.calibrations))
sheet(case.error_table, "Applications of the last year, and what became of the booked ones")

# %% answer 4.6
answer("4.6")

# %% solution 4.6
found = {}
for side, counts in case.value("errors").items():
    found[f"good_{side}"] = 100 * counts["good_refused"] / counts["good"]
    found[f"ae_{side}"] = counts["bad"] / counts["expected"]
alike = "alike" if 0.85 <= found["ae_compared"] / found["ae_reference"] <= 1.20 else "unlike"
equal = abs(found["good_compared"] - found["good_reference"]) <= 5
joint = "-and-" if (alike == "alike") == equal else "-yet-"
submit("4.6", {**found, "verdict": alike + joint + ("equal" if equal else "unequal")})

# %% [markdown] with="4.6 4.7 4.8"
# <!-- with 4.6 -->
# **We see** who would have paid and is turned away. **This does not say** what became of the refused: of them nobody ever
# saw an outcome, so both measures speak of booked loans only. Put that sentence into the reply.
# <!-- end -->
#
# <!-- with 4.7 4.8 -->
# ## 6 · Reasons, and three letters (30 min)
#
# The ombudsman's <!-- end --><!-- with 4.a+4.client-k -->second <!-- end --><!-- with 4.7 4.8 -->demand. Clients K<!-- end --><!-- with 4.7+4.9 4.8+4.9 -->, G and H<!-- end --><!-- with 4.7 4.8 without 4.9 --> and G<!-- end --><!-- with 4.7 4.8 -->, no relation to the letters of earlier lessons, were refused. Client K, just above the cut-off, asks for a person to
# look again: you. **Decide first, then look.** Read the file, note what you would do, and the reasons you expect.
# <!-- end -->

# %% figure what K may ask for, and the file of K with="4.7 4.8"
display(case.law("ccd-18", "ai-act-14"))
filed(case.client("K"))

# %% decision 4.client-k with="4.7 4.8"
decide("4.client-k")

# %% figure what the model made of K with="4.7 4.8"
facts(case.client("K"), case.reference, mine=decided("4.client-k"))

# %% decision 4.client-k-after with="4.7 4.8"
decide("4.client-k-after")

# %% [markdown] with="4.7 4.8"
# **We see** what set K apart from those who just passed. **This does not say** that the refusal was right.
#
# When to **override**: the file holds something true that the model cannot see (a signed contract, a settled dispute), and
# you write it down. When to **escalate**: a principal reason is one you would not defend to the client's face, such as where
# people live; you disagree twice in a week for the same reason; or nobody can say what decided. A person who can only sign is no
# human review.
#
# The table shows how all columns become at most four reasons, before and after: facts added up, helpers and weak ones
# left out. Three letters to K came back from compliance. What has to be done with each (4.e)?

# %% practice 4.e with="4.7 4.8"
display(case.law("reg-b-9b2", "reg-b-9b2-4"))
display(reasons(case.client("K"), case.texts, case.facts))
check("4.e")

# %% [markdown] with="4.7 4.8"
# <!-- with 4.7 -->
# ### Question 4.7 (3 points)
#
# Client G, alone. The contributions below are measured against the 100 approved files just above the line. Name G's
# **principal reasons as the letter says them**: four at most, each above 0.02, and mark the strongest.
# <!-- end -->
# <!-- without 4.7 -->
# Client G, alone. The contributions below are measured against the 100 approved files just above the line. **Principal
# reasons** are four at most, each above 0.02.
# <!-- end -->
# <!-- with twins -->
# Two columns tell one
# fact, as in K's table.
# <!-- end -->

# %% figure how many reasons, against whom; and the contributions of G with="4.7 4.8"
display(case.law("reg-b-9b2-1", "reg-b-9b2-5"))
pushes(case.client("G"))

# %% answer 4.7
answer("4.7")

# %% solution 4.7 also="4.8"
sums = case.client("G").concepts
principal = list(sums[sums > 0.02].nlargest(4).index)

# %% solution 4.7
submit("4.7", {"reasons": principal, "first": principal[0]})

# %% [markdown] with="4.8"
# ### Question 4.8 (3 points)
#
# Six drafts for G's letter. Which may go out? Which is **untrue** of G? Which does **not say enough**: no factor, or a
# minor one?

# %% answer 4.8
answer("4.8")

# %% solution 4.8
verdicts = {}
for row, draft in case.value("drafts").items():
    weights = [sums.get(factor, 0) for factor in draft["factors"]]
    untrue = any(weight <= 0.02 for weight in weights)
    enough = weights and set(draft["factors"]) <= set(principal)
    verdicts[row] = "untrue" if untrue else "valid" if enough else "lacking"
submit("4.8", verdicts)

# %% [markdown] with="4.9"
# ## 7 · What would have changed the answer (15 min)
#
# <!-- with 4.7 4.8 -->
# H also asks what would have changed the answer;
# <!-- end -->
# <!-- without 4.7 4.8 -->
# Client H was refused, and asks what would have changed the answer;
# <!-- end -->
# on such requests, see the card. The only honest way is to **re-score**:
# one field moved step by step, all else as filed. First client J (4.f); the table says which field, and how far a step
# goes.

# %% practice 4.f with="4.9"
display(case.law("dun-bradstreet"), listing(case.steps("J")))
display(ladder(case.ladder("J"), case.client("J"), case.cut))
check("4.f")

# %% [markdown] with="4.9"
# ### Question 4.9 (2 points)
#
# Client H, another field. After how many steps does the model approve, **and stay so**? Before you read the curve, guess
# from the table how far a straight line through the contribution would go. Then choose the sentence that may go to H.

# %% figure the re-scored PDs of H with="4.9"
display(listing(case.steps("H")))
ladder(case.ladder("H"), case.client("H"), case.cut)

# %% answer 4.9
answer("4.9")

# %% solution 4.9
above = [step for step, pd_ in enumerate(case.ladder("H").pds) if pd_ > case.cut]
submit("4.9", {"steps": above[-1] + 1, "sentence": "about-the-model"})

# %% [markdown]
# <!-- with 4.9 -->
# **We see** steps and flat parts, no straight line. **This does not say** that H would pay better with this field changed,
# or be granted a loan next time.
#
# <!-- end -->
# ## To take away
#
# <!-- with 4.a -->
# 1. **Harm, group, decision, then the rate.** Approvals over all who applied, with an interval; a line is a choice, a test
#    is not a verdict, and “inconclusive” is an answer.
# <!-- end -->
# <!-- with 4.3 4.4 4.5 -->
# 2. **What is not asked can still be read.** Look for the proxy, try the model without it, compare at the same share
#    approved, and write down who decided.
# <!-- end -->
# <!-- with 4.7 4.8 -->
# 3. **A reason is specific, true and sufficient**, against a reference you name. If you would not say it to the client's
#    face, do not change the letter: escalate the model.
# <!-- end -->
# <!-- with 4.9 without 4.7 4.8 -->
# 3. **What would have changed the answer is re-scored, not guessed**: one field, all else as filed, and no promise.
# <!-- end -->
#
# **For next time:** a vendor's model comes sealed. Which of today's numbers can you measure on it, and which only ask for?
#
# **At your desk:** take the standard list of refusal reasons your house uses. How many entries name a factor that your
# model really scores? *Count entries, not clients; leave names and files at work.*
#
# Before you hand in: every question below should say “recorded”. Save the notebook, then submit it.

# %% closing
progress()
