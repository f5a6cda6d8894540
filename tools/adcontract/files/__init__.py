"""One file of a contract, read strictly, with the position of everything in it."""
