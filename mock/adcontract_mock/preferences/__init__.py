"""What a client asks of an answer, by request or by session."""
