"""Writes docs/methodology-indicators.md from the declarations of the indicators."""

from pathlib import Path

from reli.pipeline.method_page import indicators_page

PAGE = Path(__file__).parents[1] / "docs" / "methodology-indicators.md"

if __name__ == "__main__":
    PAGE.write_text(indicators_page(), encoding="utf-8")
