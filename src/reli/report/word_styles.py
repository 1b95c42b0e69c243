"""Styles, page, header and footer of the Word document."""

from typing import Any

from reli.report.publication import Publication
from reli.report.style import COLOURS, TYPE
from reli.report.word_parts import add_field

__all__ = ["prepare"]

BODY, HEADS = ("Times New Roman", "宋体"), ("Arial", "黑体")
"""Latin and Chinese faces that readers' machines have."""


def prepare(document: Any, publication: Publication, *, is_template: bool) -> None:
    """Give a document the styles that the report uses; a template's own are kept.

    Args:
        document: python-docx's Document.
        publication: for header and footer.
        is_template: the document is a client's: its page, header and existing styles stay.
    """
    from docx.enum.style import WD_STYLE_TYPE

    known = {style.name for style in document.styles}
    for name, make in _STYLES.items():
        kind = WD_STYLE_TYPE.TABLE if name == "ReliTable" else WD_STYLE_TYPE.PARAGRAPH
        is_ours = name.startswith("Reli") or name not in known
        style = document.styles[name] if name in known else document.styles.add_style(name, kind)
        if is_ours or not is_template:
            make(style)
    if not is_template:
        _set_page(document, publication)


def _text(style: Any, size: float, fonts: tuple[str, str] = BODY, colour: str = COLOURS.ink,
          *, is_bold: bool = False) -> Any:  # fmt: skip
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size = Pt(size)
    style.font.name = fonts[0]
    style.font.bold = is_bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(colour[1:].upper())
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    faces.set(qn("w:eastAsia"), fonts[1])
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{theme}"), None)
    return style.paragraph_format


def _space(form: Any, before: float, after: float, line: float = 1.0) -> Any:
    from docx.shared import Pt

    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
    return form


def _normal(style: Any) -> None:
    _space(_text(style, TYPE.body), 0, 6, 1.3)


def _body(style: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    form = _space(_text(style, TYPE.body), 0, 6, 1.5)
    form.first_line_indent = Pt(2 * TYPE.body)
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _heading(size: float, before: float) -> Any:
    def make(style: Any) -> None:
        form = _space(_text(style, size, HEADS, is_bold=True), before, 8, 1.2)
        form.keep_with_next = True

    return make


def _title(style: Any) -> None:
    _space(_text(style, TYPE.title, HEADS, is_bold=True), 180, 18, 1.2)
    for border in style.element.xpath("./w:pPr/w:pBdr"):
        border.getparent().remove(border)


def _subtitle(style: Any) -> None:
    _space(_text(style, TYPE.section, HEADS, COLOURS.muted), 0, 24, 1.2)


def _caption(style: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    form = _space(_text(style, TYPE.caption, HEADS, is_bold=True), 4, 4, 1.2)
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _note(style: Any) -> None:
    _space(_text(style, TYPE.small, BODY, COLOURS.muted), 0, 3, 1.2)


def _figure(style: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    form = _space(_text(style, TYPE.small), 6, 2)
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    form.keep_with_next = True


def _cell(style: Any) -> None:
    _space(_text(style, TYPE.small), 1.5, 1.5)


def _head_cell(style: Any) -> None:
    _space(_text(style, TYPE.small, HEADS, COLOURS.muted, is_bold=True), 2, 2).keep_with_next = True


def _contents_head(style: Any) -> None:
    _space(_text(style, TYPE.chapter, HEADS, is_bold=True), 0, 12)


def _contents(indent: float, *, is_bold: bool) -> Any:
    def make(style: Any) -> None:
        from docx.shared import Pt

        form = _space(_text(style, TYPE.body, is_bold=is_bold), 2, 2, 1.2)
        form.left_indent = Pt(indent)

    return make


def _table(style: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    for old in style.element.xpath("./w:tblPr"):
        style.element.remove(old)
    line = 'w:val="single" w:sz="{}" w:space="0" w:color="{}"'
    strong, weak = line.format(8, COLOURS.ink[1:]), line.format(4, COLOURS.rule[1:])
    style.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:top {strong}/><w:bottom {strong}/>"
            f"<w:insideH {weak}/></w:tblBorders><w:tblCellMar><w:left w:w='60' w:type='dxa'/>"
            "<w:right w:w='60' w:type='dxa'/></w:tblCellMar></w:tblPr>"
        )
    )


_STYLES = {
    "Normal": _normal,
    "Body Text": _body,
    "Title": _title,
    "Subtitle": _subtitle,
    "Heading 1": _heading(TYPE.chapter, 0),
    "Heading 2": _heading(TYPE.section, 16),
    "Heading 3": _heading(TYPE.subsection, 12),
    "Caption": _caption,
    "TOC 1": _contents(0, is_bold=True),
    "TOC 2": _contents(22, is_bold=False),
    "ReliNote": _note,
    "ReliFigure": _figure,
    "ReliTable": _table,
    "ReliTableText": _cell,
    "ReliTableHead": _head_cell,
    "ReliContentsHead": _contents_head,
}


def _set_page(document: Any, publication: Publication) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    (section,) = document.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.style = document.styles["ReliNote"]
    parts = [publication.title, "合成演示数据" if publication.is_synthetic else ""]
    parts.append(publication.edition.watermark)
    header.text = "　".join(filter(None, parts))
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["ReliNote"]
    if publication.missing_line:
        footer.add_run(publication.missing_line + "　")
    add_field(footer, "PAGE", "1")
    footer.alignment = WD_ALIGN_PARAGRAPH.LEFT
