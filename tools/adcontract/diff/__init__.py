"""`adcontract diff`: what changed between two documents, judged as a client writes or reads it."""

from adcontract.diff.comparison import Comparison, Entry, comparison
from adcontract.diff.document import Document, document
from adcontract.diff.rules import RULES, Level, Rule

__all__ = ["RULES", "Comparison", "Document", "Entry", "Level", "Rule", "comparison", "document"]
