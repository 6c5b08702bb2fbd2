"""The examples, run with the real tools as those who copy them would."""
