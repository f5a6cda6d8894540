"""The conformance suite: holds any server, known by its URL alone, to the contracts.

The public names are those of `adcontract_conformance._public`. They are imported on first use.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adcontract_conformance._public import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        """Return a public name. The first one imports all of them; a module of the package imports none."""
        if find_spec(f"{__name__}.{name}") is None:
            from adcontract.extras import extra

            with extra("check", f"{__name__}.{name}"):
                public = import_module(f"{__name__}._public")
            globals().update({each: getattr(public, each) for each in ("__all__", *public.__all__)})
            if name in globals():
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
