"""The facts that the pages of the vendors state, kept as data in `spec/<api>/facts/`, and held to the contracts."""
