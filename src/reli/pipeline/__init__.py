"""The road of the data: which steps a project has, and running them."""

from reli.pipeline.run import Outcome, StatusRow, project_status, run_project

__all__ = ["Outcome", "StatusRow", "project_status", "run_project"]
