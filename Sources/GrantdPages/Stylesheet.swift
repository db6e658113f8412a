//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// How the pages look: ink on paper, one accent, generous type. Fetches nothing: the fonts are the reader's own.
enum Stylesheet {
    /// Where the sheet stands: another text, another place, so that a browser may keep it for good.
    static let link = Link(["style-\(PolicyDigest.of(Array(text.utf8)).prefix(16)).css"])

    static let text = """
        :root {
          --ink: #1c2430; --soft: #525d6e; --line: #dfe3ea; --edge: #7c8696; --paper: #ffffff; --ground: #f5f6f8;
          --accent: #9c1c28; --accent-dark: #7c121d; --accent-soft: #fbeff0; --good: #1c6645; --good-soft: #e9f4ee;
          --wait: #7d5100; --wait-soft: #fdf4e2; --bad: #7a2430; --bad-soft: #faeeee; --ended: #525d6e;
          --ended-soft: #eef0f4;
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
          font: 1.0625rem/1.75 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Hiragino Sans GB",
            system-ui, sans-serif;
        }
        :lang(en) { line-height: 1.6; }
        /* Fonts of Chinese give apostrophes and quotation marks the width of a character. */
        body:lang(en) {
          font-family: "Segoe UI", "Helvetica Neue", Roboto, "Noto Sans", "Liberation Sans", Arial, "Noto Sans CJK SC",
            "PingFang SC", "Microsoft YaHei", system-ui, sans-serif;
        }
        a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 7px #ffd84d; border-radius: 4px; }
        h1, h2, h3 { line-height: 1.4; text-wrap: balance; }
        h1 { font-size: 1.75rem; margin: 0 0 6px; }
        h2 { font-size: 1.2rem; margin: 0 0 14px; }
        h3 { font-size: 1.0625rem; margin: 20px 0 6px; }
        .part { font-size: 1.0625rem; margin: 20px 0 6px; }
        p { margin: 0 0 10px; }
        .skip { position: absolute; left: -999em; padding: 12px 20px; background: var(--ink); color: #fff; z-index: 2; }
        .default { position: absolute; left: -999em; }
        .skip:focus { left: 8px; top: 8px; }

        /* The frame of every page. */
        .top { background: var(--paper); border-bottom: 1px solid var(--line); }
        .top::before { content: ""; display: block; height: 4px; background: var(--accent); }
        .bar { max-width: 1008px; margin: auto; padding: 4px 24px; display: flex; gap: 4px 28px; align-items: center; flex-wrap: wrap; }
        .brand {
          display: inline-flex; align-items: center; min-height: 48px; font-size: 1.2rem; font-weight: 700;
          letter-spacing: .02em; color: var(--ink); text-decoration: none;
        }
        .bar nav { flex: 1; }
        .bar ul { display: flex; flex-wrap: wrap; gap: 0 22px; list-style: none; margin: 0; padding: 0; }
        .bar nav a, .bar .tongue {
          display: inline-flex; align-items: center; min-height: 48px; color: var(--soft); text-decoration: none;
        }
        .bar nav a:hover, .bar .tongue:hover { color: var(--ink); text-decoration: underline; }
        .bar nav a[aria-current] { color: var(--ink); font-weight: 700; box-shadow: inset 0 -3px 0 var(--accent); }
        .bar .tongue { background: none; border: 0; padding: 0 6px; font: inherit; cursor: pointer; }
        main { max-width: 1008px; margin: 28px auto 56px; padding: 0 24px; display: block; }
        main:focus { outline: none; box-shadow: none; }
        .foot { border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
        .foot p { max-width: 1008px; margin: auto; padding: 18px 24px 40px; }
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 28px 34px; margin: 0 0 20px; }
        .card > :last-child, .card > :last-child > :last-child { margin-bottom: 0; }
        .rows + p { margin-top: 14px; }
        .eyebrow { color: var(--soft); font-size: .92rem; margin: 0 0 10px; }
        .muted { color: var(--soft); font-size: .95rem; }
        .lead { font-size: 1.1rem; color: var(--soft); max-width: 42em; text-wrap: pretty; }
        .none { list-style: none; margin: 0; padding: 0; }

        /* Figures of a measure. */
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; margin: 20px 0 4px; }
        .figures div { background: var(--ground); border-radius: 8px; padding: 12px 18px; }
        .figures dt { font-size: .88rem; color: var(--soft); }
        .figures dd { margin: 0; font-size: 1.3rem; font-weight: 700; line-height: 1.45; font-variant-numeric: tabular-nums; }
        .figures dd.words { font-size: 1.1rem; text-wrap: balance; }
        /* A sum stays with its unit. */
        .figures dd, .cap .name, .key { word-break: keep-all; }

        /* Rows with a mark in front and a clause behind. */
        .rows { list-style: none; margin: 0; padding: 0; }
        .rows > li { display: grid; grid-template-columns: 30px 1fr auto; gap: 4px 12px; padding: 12px 0; border-top: 1px solid var(--line); align-items: baseline; }
        .rows > li:first-child { border-top: 0; padding-top: 2px; }
        .rows > li:last-child { padding-bottom: 2px; }
        .clause { color: var(--soft); font-size: .88rem; max-width: 15em; text-align: right; }
        .mark { font-weight: 700; color: var(--soft); font-variant-numeric: tabular-nums; }
        .met .mark, .met .word { color: var(--good); }
        .open .mark, .open .word { color: var(--wait); }
        .fails .mark, .fails .word { color: var(--bad); }
        .word { font-weight: 700; font-size: .92rem; margin-left: .6em; white-space: nowrap; }
        .tag { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 0 8px; font-size: .84rem; color: var(--soft); margin-left: .5em; white-space: nowrap; }

        /* What one finds. */
        .hero { padding-top: 34px; padding-bottom: 34px; }
        .hero h1 { font-size: 2.1rem; }
        .search { display: flex; gap: 12px; margin: 20px 0 0; flex-wrap: wrap; align-items: end; }
        .search .field { flex: 1 1 320px; margin: 0; }
        .filters .field { margin: 0; }
        .filters { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px 18px; margin: 18px 0 0; }
        .filters + .go { margin: 20px 0 0; }
        .found { display: grid; grid-template-columns: 1fr auto; gap: 2px 20px; padding: 12px 0; border-top: 1px solid var(--line); align-items: center; }
        .found:first-child { border-top: 0; }
        .found a, .found .pick { font-weight: 700; font-size: 1.06rem; }
        .found .pick { padding: 0; }
        .found .sum { font-weight: 700; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .found .sum.words { font-weight: 400; color: var(--soft); }
        .found p { grid-column: 1 / -1; margin: 0; }
        .group > h2 { margin-bottom: 2px; }
        .group > .muted { margin-bottom: 6px; }
        .invite { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: center; justify-content: space-between; border-left: 6px solid var(--accent); }
        .invite p { margin: 0; flex: 1 1 380px; }

        /* Answering. */
        .field { margin: 0 0 18px; }
        .field > label, .field > .label, .field legend { display: block; font-weight: 700; margin: 0 0 4px; padding: 0; }
        fieldset { border: 0; padding: 0; margin: 0 0 18px; min-width: 0; }
        legend { padding: 0; }
        .ask { font-size: 1.6rem; font-weight: 700; line-height: 1.5; margin: 0 0 6px; text-wrap: pretty; display: block; }
        .ask h1 { font-size: inherit; line-height: inherit; margin: 0; text-wrap: pretty; }
        input[type=text], input[type=search], select, textarea {
          font: inherit; color: inherit; background: var(--paper); border: 1.5px solid var(--edge); border-radius: 6px;
          padding: 9px 14px; min-height: 48px; width: 100%; max-width: 100%;
        }
        textarea { font: .85rem/1.55 ui-monospace, "Noto Sans Mono CJK SC", Menlo, Consolas, monospace; resize: vertical; }
        .entry { max-width: 26rem; }
        .amount { display: flex; gap: 10px 22px; flex-wrap: wrap; align-items: center; margin-top: 12px; }
        .amount input[type=text] { flex: 1 1 12rem; max-width: 20rem; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
        .unit { font-size: 1.1rem; color: var(--soft); }
        .units { display: flex; gap: 4px 20px; margin: 0; flex-wrap: wrap; }
        .units label { display: inline-flex; align-items: center; gap: 8px; min-height: 44px; font-weight: 400; }
        .units input { width: 22px; height: 22px; accent-color: var(--accent); }
        .choice {
          display: flex; gap: 14px; align-items: center; border: 1.5px solid var(--edge); border-radius: 8px;
          padding: 11px 18px; margin-top: 10px; min-height: 52px; cursor: pointer; background: var(--paper);
        }
        .choice:hover { border-color: var(--ink); background: var(--ground); }
        .choice input { width: 22px; height: 22px; flex: none; margin: 0; accent-color: var(--accent); }
        .choice:has(:checked) { border-color: var(--accent); background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent); }
        .choice.other { border-style: dashed; }
        .or { color: var(--soft); margin: 14px 0 -2px; font-size: .95rem; }
        .go, .soft {
          display: inline-flex; align-items: center; justify-content: center; min-height: 50px; border-radius: 8px; font: inherit;
          font-weight: 700; padding: 9px 32px; cursor: pointer; text-decoration: none; text-align: center; border: 1.5px solid transparent;
        }
        .go { background: var(--accent); color: #fff; border-color: var(--accent); }
        .go:hover { background: var(--accent-dark); text-decoration: none; }
        .soft { background: var(--paper); color: var(--ink); border-color: var(--edge); padding: 9px 22px; font-weight: 400; }
        .soft:hover { border-color: var(--ink); background: var(--ground); }
        .plain {
          background: none; border: 0; padding: 0 4px; font: inherit; color: var(--accent); text-decoration: underline;
          text-underline-offset: 3px; text-decoration-thickness: 1px; cursor: pointer; min-height: 44px; text-align: left;
        }
        .plain:hover { text-decoration-thickness: 2px; }
        .actions { display: flex; flex-wrap: wrap; gap: 12px 16px; align-items: center; margin: 26px 0 0; }
        .actions form { margin: 0; }
        .why { background: var(--ground); border-radius: 8px; padding: 6px 18px; margin: 22px 0 0; font-size: .95rem; }
        .why .whytitle { font-size: inherit; margin: 6px 0 4px; }
        .why ul { margin: 0 0 10px; padding-left: 1.3em; }
        .why p:last-child { margin-bottom: 10px; }
        .rows + details { margin-top: 10px; }
        .fold { padding-top: 12px; padding-bottom: 12px; }
        .label { font-weight: 700; }
        .choices.side { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 0 12px; }
        .choices.side > legend, .choices.side > p { grid-column: 1 / -1; }
        summary { cursor: pointer; min-height: 44px; display: list-item; padding: 8px 0; font-weight: 700; }
        .progress { display: block; width: 100%; height: 6px; border-radius: 3px; margin: 0 0 22px; background: var(--line); }
        .progress rect { fill: var(--accent); }
        .step { color: var(--soft); font-size: .92rem; margin: 0 0 8px; }
        .wrong { border-left: 5px solid var(--bad); padding-left: 18px; }
        .error { color: var(--bad); font-weight: 700; margin: 4px 0; }
        .problems { border: 2px solid var(--bad); border-radius: 10px; background: var(--bad-soft); padding: 18px 24px; margin: 0 0 20px; }
        .problems h2 { margin-bottom: 6px; color: var(--bad); }
        .problems a { display: inline-block; padding: 8px 0; font-weight: 700; color: var(--bad); }
        .wrong input[type=text], .wrong select { border-color: var(--bad); border-width: 2px; }

        /* Tables. */
        .scroll { overflow-x: auto; margin: 0 0 16px; }
        table { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 700; padding: 0 0 6px; }
        th, td { text-align: left; vertical-align: top; padding: 10px 14px 10px 0; border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--soft); font-weight: 400; font-size: .88rem; }
        tbody th { font-weight: 400; }
        td { min-width: 5.5em; }
        .number { text-align: right; white-space: nowrap; }
        .answers { margin: 0; }
        .answers > div { display: grid; grid-template-columns: 1fr minmax(7em, 40%) auto; gap: 2px 18px; padding: 8px 0; border-top: 1px solid var(--line); align-items: baseline; }
        .answers > div:first-child { border-top: 0; }
        .answers dt { font-weight: 400; }
        .answers dd { margin: 0; font-weight: 700; }
        .answers dd.change { font-weight: 400; text-align: right; }
        .answers .unknown { color: var(--wait); font-weight: 400; }

        /* The result. */
        .verdict { border-left: 8px solid var(--good); background: var(--good-soft); border-color: var(--good); }
        .verdict.wait { border-color: var(--wait); background: var(--wait-soft); }
        .verdict.bad { border-color: var(--bad); background: var(--bad-soft); }
        .verdict.ended { border-color: var(--ended); background: var(--ended-soft); }
        .verdict h1 { font-size: 1.35rem; }
        .verdict .band { font-weight: 700; font-size: 1.5rem; line-height: 1.4; margin: 0 0 2px; color: var(--good); }
        .verdict.wait .band { color: var(--wait); }
        .verdict.bad .band { color: var(--bad); }
        .verdict.ended .band { color: var(--ended); }
        .verdict .sum { font-size: 2.6rem; font-weight: 700; line-height: 1.25; margin: 4px 0 8px; font-variant-numeric: tabular-nums; }
        .verdict .sum small, .verdict .sum .most { font-size: 1.5rem; }
        .verdict .muted { color: var(--soft); }
        .because { font-size: 1.1rem; margin: 8px 0; padding-left: 1.2em; }
        .cap { margin: 18px 0 6px; }
        .cap .name { display: flex; justify-content: space-between; gap: 4px 20px; flex-wrap: wrap; margin: 0 0 6px; }
        .cap svg { display: block; width: 100%; height: 14px; border-radius: 7px; background: var(--line); }
        .cap .used, .key .used { fill: #8e97a6; }
        .cap .now, .key .now { fill: var(--accent); }
        .cap .left, .key .left { fill: var(--line); }
        .cap .held, .key .held { fill: #d99a2b; }

        /* The book of awards. */
        .cap + .cap { margin-top: 28px; }
        .cap .days { max-width: none; text-align: left; }
        .tag.done { color: var(--good); border-color: var(--good); }
        .tag.held { color: var(--wait); border-color: var(--wait); }
        .sum.gone { text-decoration: line-through; color: var(--soft); }
        .mark.count { display: inline-block; min-width: 2.2em; }
        .found .plainlink { font-weight: 400; font-size: inherit; }
        .verdict.good { border-color: var(--good); background: var(--good-soft); }
        h1 .tag { font-size: .95rem; font-weight: 400; vertical-align: middle; }
        pre { background: var(--ground); border-radius: 8px; padding: 12px 16px; overflow-x: auto; white-space: pre-wrap; margin: 0 0 10px; }
        .key { display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: .9rem; color: var(--soft); margin: 8px 0 0; padding: 0; list-style: none; }
        .key li { display: flex; align-items: center; gap: 8px; }
        .key svg { width: 14px; height: 14px; border: 1px solid var(--edge); border-radius: 3px; }
        .reasons { margin: 0; padding-left: 1.4em; }
        .reasons li { padding: 3px 0; }
        .reasons .clause { margin-left: .6em; }
        .digest { font: .84rem/1.6 ui-monospace, Menlo, Consolas, monospace; word-break: break-all; }
        .then { margin: 14px 0 0; padding: 12px 18px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
        .then ul { margin: 0; padding-left: 1.2em; }

        @media (max-width: 640px) {
          main { margin-top: 18px; padding: 0 14px; }
          .bar { padding: 4px 14px; }
          .bar nav { order: 3; flex-basis: 100%; }
          .brand { flex: 1; }
          .card { padding: 20px 18px; }
          .hero h1 { font-size: 1.7rem; }
          h1, .ask { font-size: 1.4rem; }
          .verdict .sum { font-size: 2rem; }
          .rows > li { grid-template-columns: 24px 1fr; }
          .rows > li > .clause { grid-column: 2; text-align: left; max-width: none; }
          .found { grid-template-columns: 1fr; }
          .found .sum { text-align: left; white-space: normal; }
          .answers > div { grid-template-columns: 1fr auto; }
          .answers dt { grid-column: 1 / -1; color: var(--soft); }
          .answers dd.change { grid-row: 2; grid-column: 2; }
          .actions > .go, .search .go, .filters + .go { width: 100%; }
          .tag { margin-left: .25em; }
          .foot p { padding: 18px 14px 32px; }
        }
        @media (prefers-reduced-motion: no-preference) { .go, .soft, .choice { transition: background-color .12s, border-color .12s; } }
        @media (forced-colors: active) { .cap svg, .key svg, .progress { forced-color-adjust: none; } }
        @page { size: A4; margin: 16mm 15mm 18mm; }
        @media print {
          body { background: #fff; font-size: 10.5pt; line-height: 1.55; }
          .top::before, .bar nav, .tongue, .skip, .noprint, .go, .soft, .plain, .foot { display: none !important; }
          .top { border: 0; }
          .bar, main { padding: 0; max-width: none; }
          .brand { min-height: 0; font-size: 10pt; color: var(--soft); }
          main { margin: 0; }
          .card { border: 0; border-radius: 0; padding: 0 0 8pt; margin: 0 0 6pt; }
          .card h2, .card h3 { break-after: avoid; }
          .rows > li, .answers > div, .cap, tr, .verdict { break-inside: avoid; }
          .rows > li { padding: 4pt 0; }
          .verdict { padding: 8pt 14pt; border: 1px solid var(--line); border-left: 8px solid var(--good); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          .verdict.wait { border-left-color: var(--wait); }
          .verdict.bad { border-left-color: var(--bad); }
          .verdict.ended { border-left-color: var(--ended); }
          .cap svg, .key svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          h1 { font-size: 16pt; } h2 { font-size: 12pt; margin-bottom: 4pt; }
          .verdict .sum { font-size: 24pt; }
          a { color: inherit; text-decoration: none; }
        }
        """
}
