"""A company's own portfolio: its file read, described by a contract, examined, and made into the table of a class.

Everything here runs on the instructor's machine alone. Learners' notebooks never import it.
"""
