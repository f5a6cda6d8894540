"""A run of the suite: its options, the run on each contract, and its results."""
