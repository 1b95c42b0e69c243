"""Enterprise to county and to emerging industries, with evidence."""
