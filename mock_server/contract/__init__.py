"""Loads the contract, folds its files into one document and compiles its schemas."""
