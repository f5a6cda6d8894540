"""The state of each session, on which requests have the effects that the contract declares."""
