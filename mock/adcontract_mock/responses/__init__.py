"""The responses of operations: documented, generated, from the state, or an error in the form of the contract."""
