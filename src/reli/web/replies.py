"""Answers over HTTP: entity tags by release, pins, compression, ranges of bytes."""

import gzip
import hashlib
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

__all__ = ["entity_tag", "reply"]

SMALLEST = 1024
"""Bodies below this size are not worth compressing."""

PACKED = ("parquet", "openxmlformats")
"""Parts of media types whose content is compressed already."""


def entity_tag(release: str, of: str) -> str:
    """Tag of an answer: it changes with the release, and with what was asked."""
    return f'W/"{release}-{hashlib.sha256(of.encode()).hexdigest()[:12]}"'


def reply(
    request: Request,
    body: bytes,
    mediatype: str,
    release: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with its entity tag; 304 where the client has it, compressed where it may be."""
    tag = entity_tag(release, f"{request.url.path}?{request.url.query} {mediatype}")
    is_pinned = "release" in request.query_params
    sent = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={31536000 if is_pinned else 300}",
        "Vary": "Accept, Accept-Encoding",
        "X-Release": release,
        "Access-Control-Allow-Origin": "*",
        **(headers or {}),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    charset = "; charset=utf-8" if mediatype.startswith("text/") else ""
    kind = mediatype + charset
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if part and int(part[1]) < len(body):
        return _part(body, int(part[1]), part[2], kind, sent)
    sent["Accept-Ranges"] = "bytes"
    is_packed = any(each in mediatype for each in PACKED)
    if not is_packed and len(body) >= SMALLEST and _takes_gzip(request):
        body = gzip.compress(body, 5, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(body, media_type=kind, headers=sent)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _part(body: bytes, first: int, last: str, kind: str, sent: Mapping[str, str]) -> Response:
    end = min(int(last) if last else len(body) - 1, len(body) - 1)
    headers = {**sent, "Content-Range": f"bytes {first}-{end}/{len(body)}"}
    return Response(body[first : end + 1], 206, media_type=kind, headers=headers)
