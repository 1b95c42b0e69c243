"""Index frameworks as data."""
