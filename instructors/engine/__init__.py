"""Running what a learner handed in: a job in, a run out, both plain JSON data.

Knows no key, no gradebook, no nbgrader, no class folder. How a job is run may change; what a job and a run are may not.
"""
