"""The groups of requests that are not laws: examples, security, mistakes, generated requests, links."""
