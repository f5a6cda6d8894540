"""The mock as one ASGI application: routing, delivery, and what they share at run time."""
