"""An invented country with planted truth."""
