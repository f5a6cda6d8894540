"""The kinds of faults, a module for each class. Importing the room registers all of them."""

from adcontract_mock.faults.kinds import (  # noqa: F401 - each registers its kinds
    conditions,
    crashes,
    cursors,
    filters,
    inputs,
    keys,
    members,
    orders,
    pages,
    progress,
    protocol,
    rules,
    schema,
    security,
    shown,
    stored,
    sums,
    texts,
    time,
)
