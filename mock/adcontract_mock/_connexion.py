"""What is used of Connexion, in one place: it has no types, and its import warns of a test client not used here."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from connexion import AsyncApp  # type: ignore[import-untyped]
    from connexion.exceptions import OAuthProblem  # type: ignore[import-untyped]
    from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware  # type: ignore[import-untyped]
    from connexion.middleware.security import SecurityMiddleware  # type: ignore[import-untyped]
    from connexion.resolver import Resolver  # type: ignore[import-untyped]
    from connexion.security import NO_VALUE  # type: ignore[import-untyped]

__all__ = [
    "NO_VALUE",
    "ROUTING_CONTEXT",
    "AsyncApp",
    "OAuthProblem",
    "Resolver",
    "SecurityMiddleware",
    "SpecMiddleware",
]
