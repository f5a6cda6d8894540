"""The wire: requests and responses as bytes, credentials, rate limits, negotiation, network faults."""
