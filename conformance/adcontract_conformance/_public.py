"""The public names of `adcontract_conformance`: what a team needs for checks and laws of its own."""

from __future__ import annotations

from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import Request
from adcontract_conformance.own.client import Client, Item
from adcontract_conformance.own.declarations import Report, check, law
from adcontract_conformance.own.response import Response

__all__ = ["Client", "Item", "NotTestable", "Report", "Request", "Response", "check", "law"]
