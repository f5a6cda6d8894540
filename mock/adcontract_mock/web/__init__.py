"""The pages that the mock has of its own, below `/_mock/`, and their API."""
