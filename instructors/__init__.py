"""Building, grading and reporting on a class; the `situ` command line."""
