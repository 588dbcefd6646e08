"""What the numbers of a lesson are, as pure functions of a model and its data: no case, no key, no file, no notebook.

Each is checked in the tests against a second source (brute force, a closed form, another library).
"""
