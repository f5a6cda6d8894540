"""Behavior that the names and shapes of a document suggest, and that its schemas and payloads support."""
