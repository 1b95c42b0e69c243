"""reli (热力): a heat index of strategic emerging industries for every county of China."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("reli")
