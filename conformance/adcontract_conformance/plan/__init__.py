"""The plan of a run: what it would send, learned without sending it."""
