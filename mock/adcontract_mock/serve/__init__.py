"""The mock as a process: settings, the command's service, a thread for tests, TLS, the log."""
