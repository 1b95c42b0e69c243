"""The look-ups as tools for AI assistants, by the Model Context Protocol over stdio.

Each answer names its release, sources and licence, so that an assistant can cite them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reli.errors import ReliError
from reli.web.release import Release, find_releases

__all__ = ["create_server"]

INSTRUCTIONS = """Heat index (热力值) of China's strategic emerging industries for every county.
Look a place up with find first: it gives the six-digit code that the other tools take.
An empty value is not zero: status and state say why it is empty. Rank ranges are method ranges,
no confidence intervals. Where source.is_synthetic is true, nothing tells of a real place: say so.
Cite release and sources with every figure."""


def create_server(folder: Path) -> Any:  # noqa: ANN401 - of the optional package mcp
    """The server for a project folder or a data package.

    Raises:
        MissingFile: there is no data package.
    """
    from mcp.server import MCPServer

    release = next(iter(find_releases(folder).values()))
    server = MCPServer("reli", instructions=INSTRUCTIONS)
    _add_tools(server, release)
    return server


def _add_tools(server: Any, release: Release) -> None:  # noqa: ANN401 - see above
    first = release.industries[0]

    @server.tool()  # type: ignore[untyped-decorator]
    def find(text: str, limit: int = 10) -> dict[str, Any]:
        """Units by Chinese name, pinyin, initials, former name or code, best first."""
        return {"units": release.find(text, min(max(limit, 1), 50)), "source": release.source}

    @server.tool()  # type: ignore[untyped-decorator]
    def profile(division_code: str) -> dict[str, Any]:
        """All that is published of a unit: ranks, method ranges, scores, indicators."""
        with _told():
            return release.profile(division_code)

    @server.tool()  # type: ignore[untyped-decorator]
    def compare(division_codes: list[str], industry: str = first) -> dict[str, Any]:
        """Two to ten units side by side; industry is 综合 or one of the eight industries."""
        with _told():
            return release.compare(division_codes[:10], industry)

    @server.tool()  # type: ignore[untyped-decorator]
    def explain(division_code: str, industry: str = first) -> dict[str, Any]:
        """Why a unit has its index: each indicator's value, score, weight and points."""
        with _told():
            return release.explain(division_code, industry)


@contextmanager
def _told() -> Iterator[None]:
    """What is the asker's to mend is said to the asker."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        yield
    except ReliError as error:
        raise ToolError(str(error)) from error
