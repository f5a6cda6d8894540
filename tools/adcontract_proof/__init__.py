"""The proof of the suite: every fault of the mock is planted, and the suite has to find it."""
