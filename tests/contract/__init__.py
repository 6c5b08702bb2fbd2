"""Tests of the contract: that it says what the document says, why it says more, and how it says it."""
