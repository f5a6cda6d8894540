"""A server that obeys the contracts: every document, with its documented payloads, credentials and errors."""
