"""The pages of the mock itself, below `/_mock/`, and their API."""
