"""The target as the suite sees it: requests, lists, resources, and the book of what was created."""
