"""OpenAPI and JSON as their standards define them: pointers, references, paths, grammar, ordering."""
