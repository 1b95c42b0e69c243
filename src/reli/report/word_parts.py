"""What python-docx has no words for: fields, native charts, fast tables, words for pictures."""

from collections.abc import Sequence
from typing import Any

from reli.report.native_charts import NativeChart

__all__ = ["add_bookmark", "add_chart", "add_field", "add_link", "add_table", "describe"]

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"


def add_field(
    paragraph: Any, instruction: str, shown: str = "", *, is_locked: bool = False
) -> None:
    """A field with what it shows until it is updated: not every program updates fields."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def mark(kind: str) -> None:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        if is_locked and kind == "begin":
            part.set(qn("w:fldLock"), "1")
        paragraph.add_run()._r.append(part)

    mark("begin")
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {instruction} "
    paragraph.add_run()._r.append(text)
    mark("separate")
    if shown:
        paragraph.add_run(shown)
    mark("end")


def open_field(paragraph: Any, instruction: str) -> None:
    """The beginning of a field whose result runs over several paragraphs."""
    add_field(paragraph, instruction)
    paragraph._p.remove(paragraph._p.r_lst[-1])


def close_field(paragraph: Any) -> None:
    """The end of a field begun by `open_field`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    end = OxmlElement("w:fldChar")
    end.set(qn("w:fldCharType"), "end")
    paragraph.add_run()._r.append(end)


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """A place that links lead to: the whole paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for part in (start, end):
        part.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)


def add_link(paragraph: Any, text: str, bookmark: str) -> None:
    """A link to a place in the document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)


def describe(shape: Any, title: str, words: str) -> None:
    """Words for a picture or chart, for those who cannot see it."""
    properties = shape._inline.docPr if hasattr(shape, "_inline") else shape.docPr
    properties.set("title", title)
    properties.set("descr", words or title)


def add_chart(document: Any, paragraph: Any, drawn: NativeChart, size: tuple[float, float]) -> Any:
    """An editable chart in a paragraph.

    Args:
        document: python-docx's Document.
        paragraph: where it stands.
        drawn: the chart and its sheet.
        size: width and height in millimetres.

    Returns:
        The inline element, to be described.
    """
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm
    from lxml import etree

    package = document.part.package
    number = sum(part.content_type == _CHART_TYPE for part in package.iter_parts()) + 1
    sheet = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), _SHEET_TYPE, drawn.sheet, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, b"", package)
    relation = part.relate_to(sheet, _SHEET_RELATION)
    space = drawn.chart._chartSpace
    data = etree.SubElement(space, f"{{{_CHART}}}externalData")
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data.set(f"{{{namespace}}}id", relation)
    etree.SubElement(data, f"{{{_CHART}}}autoUpdate").set("val", "0")
    part._blob = etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)
    name = document.part.relate_to(part, _CHART_RELATION)
    width, height = (int(Mm(side)) for side in size)
    inline = parse_xml(
        f'<wp:inline {nsdecls("wp", "a", "r")} distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{1000 + number}" name="Chart {number}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart xmlns:c="{_CHART}" r:id="{name}"/>'
        "</a:graphicData></a:graphic></wp:inline>"
    )
    paragraph.add_run()._r.add_drawing(inline)
    return inline


def add_table(
    document: Any,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    numeric: Sequence[bool],
    fills: Sequence[Sequence[str]] = (),
) -> Any:
    """A table whose head stands again on every page and whose rows are not torn.

    Written as XML: the library's cells take seconds for a hundred rows.

    Args:
        document: python-docx's Document.
        columns: heads.
        rows: cells as printed.
        widths: of the columns, in millimetres.
        numeric: which columns stand to the right.
        fills: colours of the cells of each row, without #; empty for none.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.table import Table

    twips = [round(width * 56.7) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    sides = ["right" if each else "left" for each in numeric]
    none = [""] * len(columns)
    head = _row(columns, twips, sides, none, is_head=True)
    body = "".join(
        _row(row, twips, sides, fills[place] if place < len(fills) else none)
        for place, row in enumerate(rows)
    )
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="{_TABLE_STYLE}"/>'
        f'<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )
    element = parse_xml(xml)
    document.element.body.insert_element_before(element, "w:sectPr")
    return Table(element, document)


_TABLE_STYLE = "ReliTable"


def _row(
    cells: Sequence[str],
    twips: Sequence[int],
    sides: Sequence[str],
    fills: Sequence[str],
    *,
    is_head: bool = False,
) -> str:
    from xml.sax.saxutils import escape

    style = "ReliTableHead" if is_head else "ReliTableText"
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "")
        + f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        f'<w:jc w:val="{side}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(cell)}</w:t></w:r>'
        "</w:p></w:tc>"
        for cell, width, side, fill in zip(cells, twips, sides, fills, strict=True)
    )
    repeat = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{inner}</w:tr>"
