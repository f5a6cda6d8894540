"""What a client prefers of a response, by request or by session."""

from adcontract_mock.preferences import known

__all__ = ["known"]
