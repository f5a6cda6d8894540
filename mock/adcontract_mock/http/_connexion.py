"""The parts of Connexion in use, in one place: it has no types, and its import warns of a test client not used here."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from connexion import AsyncApp  # type: ignore[import-untyped]
    from connexion.middleware.abstract import SpecMiddleware  # type: ignore[import-untyped]

__all__ = [
    "AsyncApp",
    "SpecMiddleware",
]
