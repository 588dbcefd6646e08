"""How nbgrader grades a class of Situ: rebuild, run, judge, clean, in nbgrader's own autograde.

`configure` is all that a class's ``nbgrader_config.py`` calls; everything else plugs in by name.
"""

from instructors.grading.configure import configure

__all__ = ["configure"]
