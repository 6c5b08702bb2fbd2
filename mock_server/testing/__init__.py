"""A mock in the tests of a Python program: the pytest fixture `common_apis`, and what it gives."""
