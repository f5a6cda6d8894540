"""Checks on one exchange, whether a breach is documented or inferred, and the ledger of results."""
