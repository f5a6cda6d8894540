"""Requests that show what an operation does, whatever a suite would send, and a mock that answers them in process."""
