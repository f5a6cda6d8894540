"""A real server behind the mock: requests are forwarded to it, and compared with the contract in both directions."""
