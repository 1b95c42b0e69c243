"""Reference data: divisions, towns, zones, industries, emerging industries; each self-checked."""
