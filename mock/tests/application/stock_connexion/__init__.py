"""What is sent to the mock and to stock Connexion, and why they differ."""
