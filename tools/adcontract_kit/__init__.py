"""Packages for frontends, generated from the contracts: types, a client, payloads, handlers for MSW, schemas."""
