"""The suite as tests of pytest: its results as items, which one run has."""
