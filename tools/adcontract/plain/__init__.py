"""A document of a user's own, as it is: one file or several, OpenAPI 3.0 or 3.1, without a layout of ours."""
