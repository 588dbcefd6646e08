"""Content, not tests: a lesson with every form once, for tests in the browser and for looking at."""

collect_ignore_glob = ["*"]
