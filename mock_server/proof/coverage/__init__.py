"""Coverage: how much of the contract some traffic has exercised."""
