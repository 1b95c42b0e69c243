"""The check report as a page that opens in any browser."""

from html import escape

from reli.pipeline.check import CheckReport, by_table
from reli.sources.findings import Finding

__all__ = ["check_page"]

_STYLE = """
body { font: 16px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
       max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
li { margin: .5rem 0; } .level { font-weight: 600; margin-right: .5em; }
.错误 { color: #b3261e; } .警告 { color: #8a5300; } .提示 { color: #3b5b7a; }
.examples { color: #555; font-size: .875rem; margin: .15rem 0 0 3em; padding: 0;
            list-style: none; overflow-wrap: anywhere; }
.examples li { margin: 0; }
"""


def check_page(report: CheckReport) -> str:
    """HTML of the report."""
    sections = "".join(
        f"<h2>{escape(table)}</h2><ul>{''.join(map(_item, findings))}</ul>"
        for table, findings in by_table(report.findings).items()
    )
    title = f"数据检查：{escape(report.project)}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1><p>{_summary(report)}</p>{sections}</body></html>\n"
    )


def _summary(report: CheckReport) -> str:
    numbers = [
        f"{level} {sum(finding.level == level for finding in report.findings)} 项"
        for level in ("错误", "警告", "提示")
    ]
    return "，".join(numbers) + "。"


def _item(finding: Finding) -> str:
    examples = "".join(f"<li>{escape(each)}</li>" for each in finding.examples)
    shown = f'<ul class="examples">{examples}</ul>' if examples else ""
    level = f'<span class="level {finding.level}">{finding.level}</span>'
    return f"<li>{level}{escape(finding.text)}{shown}</li>"
