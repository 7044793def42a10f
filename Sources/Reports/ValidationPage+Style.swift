extension ValidationPage {
  /// Ten hues of like weight that hold on a light and on a dark ground.
  ///
  /// - Source: the Tableau 10 palette, its yellow and grey darkened.
  private static let colours = [
    "#4e79a7", "#f28e2b", "#e15759", "#59a14f", "#b07aa1", "#76b7b2", "#9c755f", "#ff9da7",
    "#c8a415", "#8c8c8c",
  ]

  /// The shapes of points, three units about their centre, for every plot and legend.
  var shapes: String {
    """
    <svg class="shapes" aria-hidden="true"><defs>
    <path id="circle" d="M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"/>
    <path id="square" d="M-2.7-2.7h5.4v5.4h-5.4z"/>
    <path id="diamond" d="M0-3.8l3.8 3.8l-3.8 3.8l-3.8-3.8z"/>
    <path id="triangle" d="M0-3.6l3.6 6.4h-7.2z"/>
    </defs></svg>
    """
  }

  /// The points of a source stand alone while the pointer rests on its name.
  var highlighting: String {
    marks.values.map(\.place).sorted().map { place in
      ".plot:has(.k\(place):hover) .s:not(.s\(place)){opacity:.06}"
    }.joined(separator: "\n")
  }

  static let style =
    """
    :root{color-scheme:light dark;--ground:#fff;--text:#1c1e21;--soft:#5c6370;--line:#d9dce1;
    --band:#4e79a722;--good:#2e7d4f;--bad:#b3261e}
    @media (prefers-color-scheme:dark){:root{--ground:#15171a;--text:#e6e8eb;--soft:#9aa2ad;
    --line:#33383f;--band:#7aa6d633;--good:#7ccf9b;--bad:#ff8a80}}
    body{margin:0;background:var(--ground);color:var(--text);
    font:15px/1.45 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:1180px;margin:0 auto;padding:24px 16px 64px}
    h1{font-size:26px;margin:0 0 8px}
    h2{font-size:19px;margin:40px 0 10px}
    p{margin:0 0 10px;max-width:75ch}
    .note{color:var(--soft);font-size:13px;margin-top:8px}
    .plot{display:flex;flex-wrap:wrap;gap:12px 28px;align-items:flex-start}
    .scatter{flex:1 1 560px;max-width:720px;min-width:0;height:auto}
    .scatter text{fill:var(--soft);font-size:12px}
    .middle{text-anchor:middle}
    .end{text-anchor:end}
    .grid{stroke:var(--line);stroke-width:.7;fill:none}
    .frame{stroke:var(--soft);fill:none}
    .diagonal{stroke:var(--soft);stroke-width:1;fill:none}
    .band{fill:var(--band)}
    .s{fill-opacity:.62}
    .s use:hover{fill-opacity:1;stroke:var(--text);stroke-width:1.5}
    .legend{flex:1 1 260px;columns:230px auto;column-gap:20px;list-style:none;margin:0;padding:0;
    font-size:13px}
    .legend li{display:flex;gap:7px;align-items:center;break-inside:avoid;padding:1px 4px}
    .legend li:hover{background:var(--band)}
    .legend span{flex:1;overflow-wrap:anywhere}
    .legend b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}
    .swatch{width:16px;height:16px;flex:none}
    .shapes{position:absolute;width:0;height:0}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;font-size:13.5px}
    th,td{padding:3px 14px 3px 0;text-align:right;vertical-align:top;
    border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums;white-space:nowrap}
    th{color:var(--soft);font-weight:500;vertical-align:bottom;white-space:normal}
    .words{text-align:left}
    td.prose{text-align:left;white-space:normal;min-width:200px;font-size:12.5px;overflow-wrap:anywhere}
    .unseen{color:var(--soft)}
    .strip{width:170px;height:18px;display:block}
    .strip .dots{stroke:var(--text);stroke-opacity:.5;stroke-width:3;stroke-linecap:round;fill:none}
    .strip .zero{stroke:var(--soft);stroke-width:1}
    .good{color:var(--good)}
    .bad{color:var(--bad)}
    \(colours.enumerated().map { ".c\($0){fill:\($1)}" }.joined(separator: "\n"))
    """
}
