"""The rules of the lint, by topic."""
