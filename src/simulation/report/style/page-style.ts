/** The styles of the report: light and dark after the reader's setting, large enough to be projected. */
import { faultStyles } from '../drawing/palette.ts';
import { DRAWING_STYLE } from './drawing-style.ts';

const PAGE_STYLE = `
:root{color-scheme:light dark;--paper:#f7f7f5;--card:#fff;--ink:#1b1f24;--soft:#59616c;--line:#dddfe2;
--faint:#eef0f2;
--accent:#0072b2;--second:#7cc4ee;--bad:#ad1038;--good:#14703f;--hop:#7b8794;--on-accent:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#12151a;--card:#1a1e24;--ink:#e9ebee;--soft:#a1a9b4;
--line:#343b45;
--faint:#242a32;--accent:#5cb3ea;--second:#2f6f9b;--bad:#ff7b93;--good:#62cf95;--hop:#8793a1;
--on-accent:#0c1116}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.45;
font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1400px;margin:0 auto;padding:28px 32px 64px}
h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;font-weight:650;margin:0}
h3{font-size:18px;font-weight:650;margin:0;letter-spacing:-.005em}
h4{font-size:14px;font-weight:600;margin:18px 0 6px;color:var(--soft)}
p{margin:0}ul,ol{margin:0;padding:0;list-style:none}
a{color:var(--accent)}
code{font:14px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;
margin:0 0 18px}
.title-row{display:flex;flex-wrap:wrap;align-items:center;gap:10px 18px;margin-bottom:18px}
.verdict{display:inline-block;white-space:nowrap;font-weight:600;font-size:15px;border-radius:99px;
padding:2px 12px;
border:1.5px solid currentColor}
.verdict.good{color:var(--good)}.verdict.bad{color:var(--bad)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:14px 26px;margin:0 0 18px}
.facts div{border-top:2px solid var(--ink);padding-top:6px}
.facts dt{font-size:14px;color:var(--soft)}
.facts dd{margin:0;font-size:25px;font-weight:600;letter-spacing:-.01em;line-height:1.25}
.facts dd.note{font-size:14px;font-weight:400;color:var(--soft);letter-spacing:0}
.replay{display:flex;align-items:center;gap:12px;flex-wrap:wrap;margin-bottom:18px;font-size:14px;
color:var(--soft)}
.replay code{background:var(--card);color:var(--ink);border:1px solid var(--line);border-radius:6px;
padding:5px 10px;
overflow-wrap:anywhere;user-select:all}
button,select{font:inherit;font-size:15px;color:var(--ink);background:var(--card);
border:1px solid var(--line);
border-radius:6px;padding:4px 11px;min-height:34px;cursor:pointer}
button:hover,select:hover{border-color:var(--soft)}
button:disabled{opacity:.45;cursor:default}
button.at{min-height:0;padding:0 6px;font-size:14px;color:var(--accent)}
.violations{border:1.5px solid var(--bad);border-radius:10px;background:var(--card);padding:4px 20px;
margin-bottom:18px}
.violations>li{padding:12px 0}.violations>li+li{border-top:1px solid var(--line)}
.violations strong{color:var(--bad)}
.violations details{margin-top:6px;font-size:14px}.violations summary{cursor:pointer;color:var(--soft)}
.violations ul{padding:6px 0 0 18px;list-style:disc}
table{border-collapse:collapse;width:100%;font-size:15px}
th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:anywhere}
thead th{font-size:14px;font-weight:600;color:var(--soft);white-space:nowrap}tbody th{font-weight:600}
tr:last-child>*{border-bottom:0}.number{text-align:right}.seeds td:nth-child(2){min-width:260px}
.seeds .verdict{font-size:14px;border:0;padding:0}.broken{color:var(--soft)}.seeds code{font-size:13px;
color:var(--soft)}
.scroll{overflow-x:auto}
.lead{color:var(--soft);margin:6px 0 16px}
.fold>summary,.world-fold>summary{cursor:pointer;font-weight:600}.fold[open]>summary{margin-bottom:10px}
.world-fold{border-top:1px solid var(--line);padding:16px 0}
.world-fold>summary h2{display:inline;font-size:24px;letter-spacing:-.01em;margin:0 8px 0 4px}
.world-fold[open]>summary{margin-bottom:16px}
.legend{font-size:14px;color:var(--soft)}
.kind{display:inline-flex;align-items:center;gap:6px;color:var(--ink);white-space:nowrap;margin-right:8px}
.kind::before{content:"";width:12px;height:12px;border-radius:3px;background:var(--fault)}
.faults-legend{display:flex;flex-wrap:wrap;gap:4px 26px;margin:0}
.family em{font-style:normal;margin-right:6px}
@media print{.transport,.scrub input{display:none}.card{break-inside:avoid}}
`;

/** All styles, in one piece. */
export function pageStyle(): string {
  return [PAGE_STYLE, DRAWING_STYLE, faultStyles()].join('\n');
}
