"""What an operation answers: documented, generated, or an error in the shape of the contract."""
