"""Why a benchmark could not run."""


class BenchError(Exception):
    """Something that the benchmark needs is missing or does not work; the message says what."""
