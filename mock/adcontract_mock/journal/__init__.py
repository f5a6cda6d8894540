"""What happened: the journal, HAR files, redaction, verification and usage."""
