"""The feedback page a learner gets: what it says (`view`), how that is gathered, and nbgrader's exporter that lays it out."""
