"""The states of a response that a screen has to show, each by a name: made from the contract alone."""
