"""The words of lesson 5: what defects and recommendations are called, and what other people wrote in their memos.

Goes to learners. The memos are about models that nobody here audits, and made up; which of their lines are good is said by the
practice items.
"""

from __future__ import annotations

DEFECTS = {
    "leak": "leak: it leans on what is not known on the day of the application",
    "sign": "sign: a curve runs against its declared sign",
    "disparity": "disparity: a group's approval ratio lies below the line",
    "overfit": "overfit: its order falls apart out of time",
    "calibration": "calibration: defaults do not come as announced",
}
VERDICTS = {"approve": "approve", "conditions": "approve with conditions", "refuse": "refuse"}

# What is said to whoever counts ties in another way.
TIES = {
    "ties-for-nothing": "Pairs with the same PD count half here, you counted them for nothing.\nAdd half of them.",
    "ties-for-whole": "Pairs with the same PD count half here, you counted them whole.\nTake half of them.",
    "ties-left-out": "You left the pairs with the same PD out, above and below.\nThey count half, over all pairs.",
}

LEVELS = {
    "insufficient": "insufficient",
    "developing": "developing",
    "proficient": "proficient",
    "exemplary": "exemplary",
}
# The rubric's row “Critical reading of explanations”, word by word: a test compares.
LEVEL_TEXTS = {
    "insufficient": "An explanation of the model is taken for a cause of default.",
    "developing": "The method is named and its order of columns is right; reference, ties or fidelity are not.",
    "proficient": "Reference, unit, ties and twins are said; stability and fidelity of LIME are given and compared with the line.",
    "exemplary": "And it says what no method here can show, and what evidence would.",
}
EXCERPTS = {
    "cause": "“The chart shows that a low balance is what makes clients default, so the model is right to use it.”",
    "named": "“We explain with SHAP values. Balance comes first, then late payments. The values add up.”",
    "read": (
        "“SHAP against 100 booked loans, in log-odds. Balance and limit tell one fact and are read as one; ranks two and "
        "three lie within 15 % and are not told apart. LIME: ten runs agree with a Jaccard of 0.58; it copies the model with an "
        "R² of 0.31, below our 0.60: not for clients.”"
    ),
    "limits": (
        "“SHAP in log-odds against 100 booked loans, balance and limit read as one fact; ranks two and three are not told "
        "apart. Against the files just approved, two of the four reasons of client K change, with the PD the same. LIME: ten "
        "runs agree with a Jaccard of 0.58; R² 0.31, below our 0.60. Neither can show what a client who pays back a card "
        "would do: for that we ask for outcomes of clients who did.”"
    ),
}

# The register of that audit, and the lines with which a draft opens.
DRAFT_REGISTER = {
    "AUC, on the loans it learnt on": "0.84",
    "AUC, out of time": "0.78",
    "A/E of the last year": "1.31",
    "approval ratio": "0.88 (0.83 to 0.94)",
}
DRAFT = {
    "learnt": "“On the loans it learnt on, it orders with an AUC of 0.84.”",
    "later": "“Out of time it holds, with an AUC of 0.84.”",
    "level": "“For each default announced, 1.31 came.”",
    "saved": "“Used for a year, it would save 1.2 million EUR.”",
    "groups": "“The approval ratio is 0.88, between 0.83 and 0.94.”",
}
