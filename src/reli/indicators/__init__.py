"""The 19 indicators, each declared once."""
