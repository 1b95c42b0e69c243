"""A composite-index library: framework, steps with fit and apply, scores."""
