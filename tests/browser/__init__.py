"""A front end on the mock, as its developers would have it, and its tests in a browser."""
