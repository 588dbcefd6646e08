# ---
# jupyter:
#   definitions:  # each with two sources; abstracts and documentation were read in November 2026
#     mean Jaccard over all pairs of runs:
#       - R package mlr3measures, jaccard, "if more than two sets are provided, the mean of all pairwise scores"
#       - R package stabm (Bommert and Lang 2021); tried against scipy and scikit-learn in tests/graders/references
#     instability of LIME on credit data:
#       - Visani and others, Statistical stability indices for LIME, arXiv 2001.11757
#       - measured here on every sample: tests/courses/test_credit_lesson3_case.py
#     fidelity, the weighted R2 of LIME's local line:
#       - Ribeiro, Singh and Guestrin 2016
#       - lime 0.2.0.1, lime_base.explain_instance_with_data; tried against scikit-learn in tests/graders/references
#     two references for choosing reasons:
#       - Regulation B, official interpretation, comment 9(b)(2)-5; law.toml, entry reg-b-9b2-5, with its second source
#       - the address that law.toml names beside it as its second source
#     output space and path of SHAP:
#       - Lundberg and others 2020, Nature Machine Intelligence 2
#       - shap 0.51, TreeExplainer, feature_perturbation and model_output
# ---

# %% [markdown]
# # Can I trust the explanation?
#
# **You are the credit analyst who validates models.** Client K was refused and got a letter with three reasons. Two weeks
# later K asked again and got a second letter: the same file, the same model, **other reasons**. K has complained. The vendor
# says that its explanation tool “is state of the art”. The complaints office wants to know by Friday: **which of the two
# letters is true?**
#
# | | |
# |---|---|
# | Time | 2 h 30; each part says how long it takes |
# | You hand in | eight answers, 20 points |
# | You will be able to | measure how stable and how faithful a local explanation is; say when it must not leave the building; say what a reference changes in a reason; sort a vendor's claims |
# | You need | your credit desk, a sheet of paper and a pocket calculator; no programming |
#
# *Practice* (3.a to 3.f) is checked as often as you like. *Questions* (3.1 to 3.8) are judged after you hand in: until then,
# “recorded” does not mean “right”. Everybody has clients and a model of their own: share methods, the numbers differ.
#
# <details><summary>You would rather answer in code?</summary>
#
# Code is an equal path. Work in a cell of your own, and end it with `submit("3.1", answer)`, or `check("3.a", answer)` for
# practice; columns go by their names in words or by those of `case.contributions`. Where code and form differ, the code
# counts. A form also takes over what you worked out: *Use my result*.
#
# </details>
#
# ## Warm-up from lesson 2 (5 min, not graded)
#
# <!-- with 2.5 2.6 -->
# 1. A model has an AUC of 0.95, all others 0.78. What do you look at first?
# <!-- end -->
# <!-- without 2.5 2.6 -->
# 1. The PDs of 200 loans add up to 10, and 14 loans defaulted. What is A/E, and what does it say?
# <!-- end -->
# <!-- with 2.7 -->
# 2. The PSI of the score is 0.02, and 1.4 times as many loans defaulted as announced. How can both be true?
# <!-- end -->
#
# <details><summary>Answer on paper, then unfold</summary>
#
# <!-- with 2.5 2.6 -->
# 1. For a column that is filled after the decision. Too good is an alarm, not a success.
# <!-- end -->
# <!-- without 2.5 2.6 -->
# 1. 14 / 10 = 1.4: four more came for every ten announced. It does not say why.
# <!-- end -->
# <!-- with 2.7 -->
# 2. PSI compares populations: they are the same. What changed is the relation between file and default.
# <!-- end -->
#
# </details>

# %% setup
from graders import answer, check, converter, decide, decided, open_case, progress, submit
from graders.figures import clouds, fidelities, heat, listing, one_rule, sheet, together, two_references

case = open_case()
case

# %% [markdown]
# ## 1 · Two letters, and LIME in one drawing (20 min)
#
# K's two letters stand in the table above. **Before you know how they came about**: which one would you send? Nobody marks
# this.

# %% decision 3.which-letter
decide("3.which-letter")

# %% [markdown]
# Both were written by **LIME**, another method than the SHAP of lesson 1. LIME does not look into the model. Around one
# client it **invents files** by drawing lots, lets the model answer for each, and fits a simple **copy** to the answers: one
# weight for each rule that the client's file meets. Numbers become rules by cutting them at the quartiles of the loans. What you
# read is the copy, not the model.
#
# Here it is for one rule of client M, and below all of M's strongest rules. Copied is the **PD itself**: a weight of +0.030
# is 3 points of PD, no log-odds.

# %% figure one rule, and the output of M
display(one_rule(**case.drawing))
sheet(case.output("M").table, "Client M: the five strongest rules of the copy; weights are changes of the PD, as a probability")

# %% [markdown]
# **We see** a cloud that the copy turns into steps. **This does not say** that the model has such a step. Read another rule
# of M (3.a).

# %% practice 3.a
check("3.a")

# %% [markdown]
# ## 2 · Same file, ten runs (30 min)
#
# The invented files are drawn by lot, and a *seed* starts the draw. Below, two runs on client M: the same file and model,
# another seed. How far do they agree? Count the columns in **both**, divide by the columns in **either**: this is the
# *Jaccard index*, 1 for the same five, 0 for none in common. Two lists of five with 3 in common name 7 columns: 3 / 7 = 0.43.
# (3.b)

# %% practice 3.b
display(sheet(case.two_runs, "Client M, 300 invented files each: the five strongest columns, strongest first"))
check("3.b")

# %% [markdown]
# Now client K, who complained: ten runs with 300 invented files each, ten with 5,000. The letters are **runs 1 and 2** with
# 300; each names the three facts that pushed most in its run. **Foretell before you look**: which two columns will be in
# every run?

# %% decision 3.ten-runs
decide("3.ten-runs")

# %% figure ten runs, twice
display(heat(case.tops, case.value("labels"), mine=decided("3.ten-runs")))
sheet(case.shared, "Client K: the ten runs make 45 pairs; so many pairs have so many of their five columns in common")

# %% [markdown]
# **We see** one file told in ten ways. **This does not say** that the model is unstable: nothing changed but the draw.
#
# <!-- with 3.1 -->
# ### Question 3.1 (3 points)
#
# How stable is the list of five? Give the **mean Jaccard index over all 45 pairs** of runs, to two decimals, with 300 and
# with 5,000 files. The table counts the pairs. A pair with *s* columns in both has *s* / (10 − *s*); weigh each line with its
# pairs.
# <!-- end -->

# %% answer 3.1
answer("3.1")

# %% solution 3.1
from itertools import combinations

mean_jaccard = {}
for size, tops in case.tops.items():
    shares = [len(set(one) & set(other)) / len(set(one) | set(other)) for one, other in combinations(tops, 2)]
    mean_jaccard[size] = sum(shares) / len(shares)
few, many = mean_jaccard.values()
submit("3.1", {"few": few, "many": many})

# %% [markdown] with="3.2"
# ### Question 3.2 (2 points)
#
# The complaints office asks: “On what do at least all runs agree?” Look at the drawing of the ten runs again. Name the columns
# that are among the five in **every one of the ten runs with 300 files**, however many or few.

# %% answer 3.2
answer("3.2")

# %% solution 3.2
submit("3.2", sorted(set.intersection(*map(set, case.tops["300 files"]))))

# %% [markdown]
# ## 3 · A steady copy, a faithful copy (25 min)
#
# “Then take 5,000 files”, says the vendor, “and the matter is settled.” Do more files make the runs **agree** with each
# other? Do they make the copy follow the **model**? That is its *fidelity*: R², the share of the variation of the model's PD,
# among the invented files, that the copy follows. **Foretell both** for client M (3.c).

# %% practice 3.c
check("3.c")

# %% figure more files, many clients, ten runs
of_m = sheet(case.samples, "Client M, five runs each: more and more invented files")
of_k = sheet(case.fidelity, "Client K: fidelity of the copy, run by run")
display(decided("3.c").then(together(of_m, fidelities(**case.fidelities), of_k)))
listing(case.measured)

# %% [markdown]
# **We see**, in the first table, two columns that need not go together. **This does not say** that LIME is useless: it says
# how much of the model this copy tells.
#
# <!-- with 3.3 -->
# ### Question 3.3 (2 points)
#
# Client K: what is the **mean R² of the ten copies from 5,000 files**? The lender declares a line, drawn above: under it, a
# copy is not used. May these copies be used for letters?
# <!-- end -->

# %% answer 3.3
answer("3.3")

# %% solution 3.3
fidelity = sum(case.fidelity["R², 5,000 files"]) / 10
usable = "above" if fidelity >= case.fidelities["line"] else "below"
submit("3.3", {"fidelity": fidelity, "usable": usable})

# %% [markdown] with="3.4"
# ### Question 3.4 (3 points)
#
# The vendor sends LIME outputs of three clients, U, V and W, one run each, with six sentences for the minutes. Are they
# **supported** or **contradicted** by these tables, or **not to be known** from them? Weights are changes of the copy's PD,
# as a probability. A straight copy knows no limits: its PD can fall below 0. The last table has the quartiles at which LIME cut
# the loans the model learnt on.

# %% figure outputs of U, V and W with="3.4"
for letter in case.picks.three:
    display(sheet(case.output(letter).table, f"Client {letter}: the five strongest rules, one run with 5,000 files"))
display(sheet(case.three, "The three clients"))
sheet(case.quartiles, "Where LIME cut the loans")

# %% answer 3.4
answer("3.4")

# %% solution 3.4
from graders.language import number

outs = {letter: case.output(letter) for letter in case.picks.three}


def rule_of(letter, text):
    return next(rule for rule in outs[letter].rules if rule.text == text)


def is_a_quartile(text, letter, bound):
    column = rule_of(letter, text).column
    return bound in [number(end) for end in case.value("quartiles")[column] if end is not None]


def further(one, other):
    return outs[one].fidelity > outs[other].fidelity


def heavier(letter, one, other):
    return abs(rule_of(letter, one).weight) > abs(rule_of(letter, other).weight)


def apart(letter):
    return abs(outs[letter].copied - outs[letter].pd)


firsts = {out.rules[0].column for out in outs.values()}
holds = {  # by number of the sentence; what is not in here, no table decides
    "c01": lambda: len(firsts) == 1,
    "c02": lambda letter, points: abs(apart(letter) - points) < 0.1,
    "c03": lambda letter: outs[letter].fidelity > 0.5,
    "c05": lambda letter, rule: rule_of(letter, rule).weight > 0,
    "c06": lambda: len(firsts) > 1,
    "c07": heavier,
    "c11": heavier,
    "c12": lambda rule, letter, weight: False,  # the weights are no log-odds
    "c13": lambda letter: outs[letter].fidelity < 0.5,
    "c14": lambda rule, letter, points: abs(100 * rule_of(letter, rule).weight - points) < 0.1,
    "c15": further,
    "c16": is_a_quartile,
    "c17": lambda letter: apart(letter) <= 0.5,
    "c19": further,
    "c20": lambda letter, rule: rule_of(letter, rule).weight < 0,
    "c21": lambda rule, letter, bound: not is_a_quartile(rule, letter, bound),
}


verdicts = {}
for row, statement in case.value("sayings").items():
    found = holds.get(statement["claim"])
    true = found is not None and found(*statement["about"])
    verdicts[row] = "cannot" if found is None else "supported" if true else "contradicted"
submit("3.4", verdicts)

# %% [markdown] with="3.5 3.8+readings"
# ## 4 · Files that cannot exist (20 min)
#
# Why does the copy miss the model? Look at what it is fitted to. Two columns of this model read one and the same fact<!-- with 1.7 -->, as you
# know from lesson 1<!-- end -->. Below are six files by these two readings: real clients, and files that LIME invented around client M.
# **Which are invented?** (3.d)

# %% practice 3.d with="3.5 3.8+readings"
display(sheet(case.strange, "Six files, by two readings of one fact", digits=0))
check("3.d")

# %% figure clouds, and the table of gaps with="3.5 3.8+readings"
display(clouds(**case.clouds))
display(listing(case.gap_notes))
sheet(case.gaps, "Files by the gap between the two readings, and what the invented ones weigh in LIME's fit", digits=1)

# %% [markdown] with="3.5 3.8+readings"
# **We see** that LIME draws each column on its own. **This does not say** that the model is wrong about such files: it never
# met any.
#
# <!-- with 3.5 -->
# ### Question 3.5 (2 points)
#
# What **share of the files invented around K** has a gap above the line, one that hardly any real file shows? And what do
# these files do to the weights? “LIME weighs by distance”, says the vendor, “so they are irrelevant.”
# <!-- end -->

# %% answer 3.5
answer("3.5")

# %% solution 3.5
counted, line = case.gap_facts, case.gap_facts["line"]
past = [place + 1 for place, edge in enumerate(counted["edges"]) if edge >= line]
share = 100 * sum(counted["invented"][place] for place in past) / sum(counted["invented"])
carried = sum(counted["weight"][place] for place in past)
submit("3.5", {"share": share, "effect": "used" if carried > 0.05 else "trace"})

# %% [markdown]
# ## 5 · SHAP has choices, too (30 min)
#
# “Then SHAP”, says the complaints office: no lots, the sum closes. True, and yet SHAP answers “compared with whom?”, and
# somebody chose the answer. Up to now: 100 loans the model learnt on. Rules know other choices; the US commentary names two.
#
# Client G, who was refused, against the loans learnt on, and against 100 files that were only just approved. Each column is a
# whole explanation. Its last two lines, sum of all plus base value, are the log-odds of the PD; the converter does the rest
# (3.e).

# %% practice 3.e
display(case.law("reg-b-9b2-5", "dun-bradstreet"))
display(sheet(case.facts_twice("G"), "Client G: contributions in log-odds of default, facts added up"), converter())
check("3.e")

# %% figure G twice, G by other choices, and F
display(decided("3.e").then(two_references(*case.twice("G"), case.two_references)))
display(sheet(case.choices, "Client G: the first facts, by three choices of the method", digits=2))
sheet(case.facts_twice("F"), "Client F: contributions in log-odds of default, facts added up")

# %% [markdown]
# **We see**, in the drawing, one PD and two ways to it. The table below it has two choices more: PD points instead of
# log-odds, and as reference the path of all loans through the trees. **This does not say** that any of them is wrong. They
# are choices: name them.
#
# <!-- with 3.6 -->
# ### Question 3.6 (3 points)
#
# Client F, last table. A letter gives the **four facts that push most** towards default. Which facts are among the four from
# **one** reference only? By how much does the **base value shift** (second minus first, in log-odds)? And what does the
# lender make of it?
# <!-- end -->

# %% answer 3.6
answer("3.6")

# %% solution 3.6
one, other = case.twice("F")
four = [set(client.concepts.nlargest(4).index) for client in (one, other)]
answer_36 = {"changed": sorted(four[0] ^ four[1]), "shift": other.base - one.base, "reading": "choose"}
submit("3.6", answer_36)

# %% [markdown] with="3.7 3.8"
# <!-- with 3.7 -->
# ### Question 3.7 (2 points)
#
# The report's page “main drivers” again, now from three references. Two columns are **separated** if their order is the same
# in all three and the gap at least 15 % of the larger in each. They are **not separated** if the order changes, or if in one
# of them the gap is under 5 %. Worked: 0.30, 0.31, 0.29 against 0.24, 0.25, 0.24 are gaps of 20, 19 and 17 %: separated.
# Against 0.29, 0.32, 0.28 the order changes: not. Which of your pairs are really separated?
# <!-- end -->
# <!-- without 3.7 -->
# The report's page “main drivers” again, now from three references. Does the order of the columns stay, and are the gaps
# wide enough to speak of an order?
# <!-- end -->

# %% figure weights from three references with="3.7 3.8"
display(listing(case.base_values))
sheet(case.weights_table, "Mean absolute contribution over the explained files, log-odds")

# %% answer 3.7
answer("3.7")

# %% solution 3.7
separated = {}
for row, (first, second) in case.value("pairs").items():
    ahead = (case.weights.loc[first] - case.weights.loc[second]) / case.weights.loc[[first, second]].max()
    same_order = (ahead > 0).all() or (ahead < 0).all()
    separated[row] = "separated" if same_order and abs(ahead).min() >= 0.15 else "not"
submit("3.7", separated)

# %% [markdown]
# ## 6 · Claims court (20 min)
#
# Friday. The vendor presents its slides. First the tools: which one answers which question (3.f)?

# %% practice 3.f
check("3.f")

# %% [markdown]
# <!-- with 3.8 -->
# ### Question 3.8 (3 points)
#
# Eight sentences from the slides, with figures of your own case; some were altered. **Supported** or **contradicted** by what
# you have in this lesson, or **not to be known** from it? Figures can be looked up or worked out, each in the part that had
# the subject. For a sentence about people, groups or the future, ask: which table shows it?
#
# Then, back to the complaints office. Same file, same model, two letters: **what goes out now?** The form after 3.8 asks you
# once more.
# <!-- end -->
# <!-- without 3.8 -->
# Then, back to the complaints office. Same file, same model, two letters: **what goes out now?**
# <!-- end -->

# %% answer 3.8
answer("3.8")

# %% solution 3.8
from scipy.special import expit

from graders.language import number

one, other = case.twice("F")
learnt, _line, everybody = case.bases.values()
(few_agree, few_r2), _middle, (many_agree, many_r2) = case.value("samples").values()
def worth(fact):
    return one.pd - case.to_pd(one.log_odds - one.concepts[fact])


def approved(share):
    return abs(case.value("measured")["approved"] - share) < 0.06


def follows(percent):
    return abs(100 * many_r2 - percent) < 0.06


def from_the_line(percent):
    return abs(100 * expit(other.log_odds) - percent) < 0.06


def added_up(*told):
    return abs(100 * expit(one.base + one.concepts.sum()) - told[-1]) < 0.06


def within(concept, width):
    real = case.gap_facts["real"]
    past = [number(edge) for edge in case.gap_facts["edges"]].index(width) + 1
    return sum(real[past:]) / sum(real) <= 0.001


def carried_past_the_line():
    gaps = case.gap_facts
    weights = zip(gaps["edges"], gaps["weight"][1:], strict=True)
    return sum(weight for edge, weight in weights if edge >= gaps["line"])


def weighs_more(first, second):
    return (case.weights.loc[first] > case.weights.loc[second]).all()


changes = len({top[0] for top in case.tops["300 files"]}) > 1
steadier_only = many_agree > few_agree and many_r2 < few_r2 + 0.02
holds = {  # by number of the slide; what is not in here, no table decides
    "c01": weighs_more,
    "c02": lambda fact, push: abs(one.concepts[fact] - float(push)) < 0.006,
    "c03": weighs_more,
    "c04": lambda: steadier_only,
    "c06": approved,
    "c08": within,
    "c09": follows,
    "c10": follows,
    "c11": lambda: carried_past_the_line() > 0.25,
    "c12": added_up,
    "c13": lambda: not changes,
    "c14": from_the_line,
    "c15": from_the_line,
    "c16": lambda: changes,
    "c17": lambda: False,
    "c19": lambda: carried_past_the_line() < 0.01,
    "c20": approved,
    "c23": added_up,
    "c24": lambda: True,
    "c25": lambda shift: everybody > learnt,
    "c26": lambda shift: everybody < learnt,
    "c28": within,
    "c30": lambda: not steadier_only,
    "c31": lambda fact, points: abs(worth(fact) - points) < 1,
}
verdicts = {}
for row, statement in case.value("slides").items():
    found = holds.get(statement["claim"])
    true = found is not None and found(*statement["about"])
    verdicts[row] = "cannot" if found is None else "supported" if true else "contradicted"
submit("3.8", verdicts)

# %% decision 3.which-letter-after
decide("3.which-letter-after")

# %% [markdown]
# ## To take away
#
# 1. **One run is one opinion.** Run a random explanation ten times before it leaves the building; what changes with the seed
#    is no reason.
# 2. **Steady is not faithful.** Agreement compares runs with each other, R² compares the copy with the model. Ask for both,
#    and for the files it was fitted to.
# 3. **Every reason has a reference.** Other references, other lists, the same PD. Choose one beforehand, write it down, keep
#    it.
#
# **For next time:** the model uses no protected attribute. What would you have to count to say whether a group is refused
# more often?
#
# **At your desk:** ask whoever runs your explanation tool three things: what is the seed, what is the fidelity, who is the
# reference? *Leave names, file numbers and screenshots at work; bring only the three answers.*
#
# Before you hand in: every question below should say “recorded”. Save the notebook, then submit it.

# %% closing
progress()
