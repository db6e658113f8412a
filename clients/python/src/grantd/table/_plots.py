# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Pictures of comparisons, by matplotlib."""

from __future__ import annotations

from typing import Any

from grantd._cells import Words
from grantd.table._comparison import AMOUNTS, Comparison, titles
from grantd.table._problems import TableError, said
from grantd.table._summary import OUTCOMES

_OLD, _NEW, _GAIN, _LOSS = "#B9C4D3", "#1F3A5F", "#4C9F5E", "#CC6B60"
# Those that have Chinese characters, then what matplotlib ships.
_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "DejaVu Sans",
)
_MOST_BARS = 20


def plot_groups(comparison: Comparison, axes: Any = None) -> Any:
    """The difference by the column that was asked for, in millions of yuan or 万元."""
    change = _change(comparison)
    axes = _axes(axes)
    groups = comparison.groups()[:_MOST_BARS][::-1]
    divisor = 10**6 if comparison.language == "zh" else 10**8
    values = [(group.change_fen or 0) / divisor for group in groups]
    names = [group.name or "—" for group in groups]
    axes.barh(names, values, color=[_GAIN if value >= 0 else _LOSS for value in values])
    axes.axvline(0, color="#595959", linewidth=0.8)
    unit = said(Words(f"{change.zh}（万元）", f"{change.en} (million yuan)"), comparison.language)
    _finish(axes, comparison, unit, "")
    return axes


def plot_outcomes(comparison: Comparison, axes: Any = None) -> Any:
    """Rows by outcome, before and now."""
    axes = _axes(axes)
    before: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    now = dict(before)
    for (old, new), count in comparison.transitions.items():
        before[old] += count
        now[new] += count
    shown = [name for name in OUTCOMES if before[name] or now[name]]
    places = range(len(shown))
    for offset, counts, colour, label in (
        (-0.2, before, _OLD, Words("原规则", "Before")),
        (0.2, now, _NEW, Words("新规则", "Now")),
    ):
        bars = axes.bar(
            [place + offset for place in places],
            [counts[name] for name in shown],
            0.38,
            color=colour,
            label=said(label, comparison.language),
        )
        axes.bar_label(bars, fmt="{:,.0f}", fontsize=8)
    axes.set_xticks(list(places), [said(OUTCOMES[name], comparison.language) for name in shown])
    axes.legend(frameon=False)
    _finish(axes, comparison, "", said(Words("申请数", "Applications"), comparison.language))
    return axes


def plot_changes(comparison: Comparison, axes: Any = None) -> Any:
    """How the differences are spread, of the rows that have one."""
    change = _change(comparison)
    axes = _axes(axes)
    divisor = 10**6 if comparison.language == "zh" else 10**8
    axes.hist(comparison.changes() / divisor, bins=40, color=_NEW)
    axes.axvline(0, color="#595959", linewidth=0.8)
    words = Words(f"每个申请的{change.zh}（万元）", f"{change.en} of an application (million yuan)")
    unit = said(words, comparison.language)
    _finish(axes, comparison, unit, said(Words("申请数", "Applications"), comparison.language))
    return axes


def _change(comparison: Comparison) -> Words:
    """What the differences are called."""
    if comparison.amounts == "none":
        raise TableError(
            Words("没有可以合计的金额，不能画差额", "there are no amounts that add up, of which differences could be drawn")
        )
    return AMOUNTS[comparison.amounts].change


def _axes(axes: Any) -> Any:
    if axes is not None:
        return axes
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plots need matplotlib: pip install 'grantd[plots]'") from error
    return plt.subplots(figsize=(8, 4.5), layout="constrained")[1]


def _finish(axes: Any, comparison: Comparison, x: str, y: str) -> None:
    axes.set_title(titles(comparison))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    _set_fonts(axes)


def _set_fonts(axes: Any) -> None:
    """Has all texts drawn in a font that has their characters: matplotlib looks for one when it draws, not when it is told."""
    from matplotlib import font_manager, text

    there = {font.name for font in font_manager.fontManager.ttflist}
    names = [name for name in _FONTS if name in there]
    for one in axes.findobj(text.Text):
        one.set_fontfamily(names)
    axes.tick_params(labelfontfamily=names)
