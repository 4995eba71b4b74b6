/** The styles of the page of results: light and dark after the reader's setting. */

/** CSS, for one `style` element. */
export const HTML_STYLE = `
:root{color-scheme:light dark;--paper:#f7f7f5;--card:#fff;--ink:#1b1f24;--soft:#59616c;--line:#dddfe2;
--bad:#ad1038;--good:#14703f;--warn:#8a5a00;--server:#59616c;--link:#0072b2;--text:#14703f;--poke:#8a3ea8}
@media (prefers-color-scheme:dark){:root{--paper:#12151a;--card:#1a1e24;--ink:#e9ebee;--soft:#a1a9b4;
--line:#343b45;--bad:#ff7b93;--good:#62cf95;--warn:#e5b567;--server:#a1a9b4;--link:#5cb3ea;--text:#62cf95;
--poke:#d39ae8}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.45 system-ui,sans-serif}
main{max-width:1100px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:28px;margin:0 0 8px;overflow-wrap:anywhere}h2{font-size:19px;margin:28px 0 8px}
h3{font-size:14px;margin:14px 0 4px;color:var(--soft)}
.soft{color:var(--soft);font-size:14px}.sums{font-size:18px;margin:0 0 18px}
.passed>summary b,.sums .passed{color:var(--good)}
.failed>summary b,.sums .failed,b.failed,.found{color:var(--bad)}
.warned>summary b,.sums .warned,.warned>.found{color:var(--warn)}
.left>summary b,.left>.found{color:var(--soft)}
details{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px;margin:6px 0}
details[open]{padding-bottom:12px}details.frame{border-style:dashed;font-size:14px}
summary{cursor:pointer;overflow-wrap:anywhere}summary:focus-visible{outline:3px solid var(--link)}
dl{margin:8px 0}dt{color:var(--soft);font-size:14px}dd{margin:0 0 6px}
pre{overflow-x:auto;margin:6px 0;font:13px/1.45 ui-monospace,Menlo,Consolas,monospace}
code{font:13px/1.45 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}.hex{color:var(--soft)}
table{border-collapse:collapse}th{text-align:left;font-weight:600;padding:1px 14px 1px 0;color:var(--soft)}
td{padding:1px 14px 1px 0}caption{text-align:left;font-weight:600;padding-bottom:4px}
.sequence{overflow-x:auto}
`;
