"""The conformance suite: holds any server, known by its URL alone, to the contracts."""
