"""Files as they are: those of the data package, and the site."""

from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from reli.web import features
from reli.web.formats import FORMATS, as_json
from reli.web.operations import PROBLEMS, simple
from reli.web.release import Release
from reli.web.replies import reply

__all__ = ["add_downloads", "add_site"]


def add_downloads(app: FastAPI, current: Release) -> None:
    """Add the list of files and the files."""
    files = {str(each["path"]): each for each in current.about["resources"]}
    names = ("datapackage.json", *files)

    @simple(app, "/v1/downloads", "Files of the data package, with hashes", ["/v1/downloads"])
    def downloads(request: Request) -> Response:
        rows = [{**each, "url": f"/v1/downloads/{name}"} for name, each in files.items()]
        value = {"release": current.name, "rows": rows}
        return reply(request, as_json(value), FORMATS["json"], current.name)

    wanted = Literal[names]

    kinds = {name: str(each["mediatype"]) for name, each in files.items()}
    kinds["datapackage.json"] = FORMATS["json"]

    def download(name: wanted) -> Response:
        return FileResponse(
            current.folder / name, headers={"X-Release": current.name}, media_type=kinds[name]
        )

    content: dict[str, Any] = {kind: {"schema": {}} for kind in sorted(set(kinds.values()))}
    app.add_api_route(
        "/v1/downloads/{name}",
        download,
        summary="A file of the data package",
        operation_id="download",
        responses={200: {"description": "The file", "content": content}, **PROBLEMS},
        response_class=FileResponse,
        openapi_extra={"x-examples": ["/v1/downloads/framework.csv"]},
    )
    app.add_api_route("/v1/downloads/{name}", download, methods=["HEAD"], include_in_schema=False)


def add_site(app: FastAPI, folder: Path, current: Release) -> None:
    """The site and the package as files, where they are."""
    site = folder / "out" / "site"
    if site.is_dir():
        app.mount("/site", StaticFiles(directory=site, html=True), name="site")
    app.mount("/datapackage", StaticFiles(directory=current.folder), name="datapackage")

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        is_page = "text/html" in request.headers.get("accept", "") and site.is_dir()
        if is_page:
            return RedirectResponse("/site/")
        return reply(
            request, as_json(features.landing(request, current)), FORMATS["json"], current.name
        )
