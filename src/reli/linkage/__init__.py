"""Names, credit codes, matches: one enterprise, one key."""
