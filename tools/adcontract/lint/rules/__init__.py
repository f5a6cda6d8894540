"""The rules of the lint, by topic. Every module of this folder is imported here, and registers its rules then."""

from importlib import import_module
from pkgutil import iter_modules

from adcontract.lint.registry import DOCUMENT_CHECKS, FILE_CHECKS, RULES, USAGE_CHECKS, node_checks

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["DOCUMENT_CHECKS", "FILE_CHECKS", "RULES", "USAGE_CHECKS", "node_checks"]
