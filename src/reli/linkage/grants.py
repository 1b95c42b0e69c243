"""Which rows of a table of patents are grants: exports mix them with applications."""

import ibis
import ibis.expr.types as ir

__all__ = ["is_granted"]

_APPLIED = "申请|公开|公布"
_PENDING = "审中|在审|待审|实审|实质审查|审查中|公开|公布|未授权|驳回|撤回|视撤"
_GRANTED = "(^|[^未予])授权|有权|(^|[^无])有效|维持|专利权的?终止"
"""What an application is never said to be: some exports give all that ever happened."""
_PUBLISHED = "A"
"""Last letter of the number under which an application is published; that of a grant is B, before
2010 C (WIPO ST.16)."""
_PLAIN = ("发明", "发明授权", "发明专利", "实用新型", "外观设计", "有效", "失效", "有权", "无权")
"""Kinds and statuses that are those of no application."""


def is_granted(patents: ibis.Table) -> ir.BooleanValue:
    """Whether a patent is granted, and no application that is published.

    Exports mix both (发明申请, 发明授权), and give number and day of publication in the same
    columns. A number of publication is no grant's, unless kind or status tells of the grant.

    Args:
        patents: item (the number), kind, legal_status.
    """
    kind, status = patents.kind, patents.legal_status
    says_granted = kind.contains("授权").fill_null(False)
    was_granted = status.re_search(_GRANTED).fill_null(False)
    is_applied = _unless_plain(kind, ~says_granted & kind.re_search(_APPLIED))
    is_pending = _unless_plain(status, ~was_granted & status.re_search(_PENDING))
    has_published_number = patents["item"].endswith(_PUBLISHED)
    is_published = ibis.ifelse(has_published_number, ~says_granted & ~was_granted, False)
    return ~is_applied & ~is_pending & ~is_published


def _unless_plain(text: ir.StringValue, is_so: ir.BooleanValue) -> ir.BooleanValue:
    """Whether it is so, searched where the text is not one of the few that most rows have."""
    return ibis.ifelse(text.isin(_PLAIN), False, is_so).fill_null(False)
