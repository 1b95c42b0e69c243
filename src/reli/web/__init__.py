"""Interface for programs and the site."""
