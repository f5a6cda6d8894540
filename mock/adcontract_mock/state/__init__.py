"""What the mock remembers where it is stateful: a world for each session, run by the declared behavior."""
