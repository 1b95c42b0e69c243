"""Canonical tables, mappings, readers, snapshots: from files as received to clean tables."""
