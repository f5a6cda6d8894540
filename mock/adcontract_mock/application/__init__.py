"""The mock as one ASGI application: routing, delivery, and the runtime that they share with the pages."""
