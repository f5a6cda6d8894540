"""Watching a server: the snapshot that it serves, and what it shows that no snapshot documents."""
