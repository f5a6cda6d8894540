"""The checks of single exchanges. Each looks at one exchange and yields the breaches that it shows."""

from adcontract_conformance.checks.exchange_checks import (  # noqa: F401 - fills the registry
    answers,
    credentials,
    rejections,
    sequences,
)
