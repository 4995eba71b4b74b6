/** The styles of what is drawn: ring, time strip, space-time diagram and charts. */

/** Rules for the drawings; the colours come from the page's variables. */
export const DRAWING_STYLE = `
svg{display:block;width:100%}svg text{font-size:13px;fill:var(--soft);font-family:inherit}
.stage-head{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:baseline;margin-bottom:12px}
.stage-head p{color:var(--soft);font-size:14px;max-width:110ch}
.stage-body{display:grid;grid-template-columns:minmax(0,1fr) 350px;gap:26px}
@media (max-width:900px){.stage-body{grid-template-columns:1fr}}
.ring{max-height:640px;touch-action:manipulation}
.ring .orbit{fill:none;stroke:var(--line);stroke-width:1;stroke-dasharray:2 5}
.link{fill:none;stroke:var(--hop);stroke-width:2}.head{fill:var(--hop)}
.link.failback{stroke-dasharray:7 4}
.link.stale{stroke-dasharray:1.5 5;stroke-linecap:round;opacity:.75}
.ring .dim{opacity:.22}
.link.forward{stroke:var(--accent);stroke-width:3.5}.head.forward{fill:var(--accent)}
.link.backward{stroke:var(--ink);stroke-width:3.5}.head.backward{fill:var(--ink)}
.flood{fill:none;stroke:var(--accent);stroke-width:9;stroke-linecap:round;opacity:.35}
.flood.pending{stroke-dasharray:1 13;opacity:.25}
.courier{fill:var(--accent);stroke:var(--card);stroke-width:1.5}.courier.other{fill:var(--hop)}
.spot{cursor:pointer}
.peer{stroke:var(--accent);stroke-width:2.5;fill:var(--accent)}
.peer.second{fill:var(--second);stroke:var(--accent)}.peer.third{fill:var(--line);stroke:var(--soft)}
.peer.alone{fill:var(--card);stroke:var(--accent);stroke-width:4}
.peer.dead{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:3 3}
.peer.chosen{stroke:var(--ink);stroke-width:4}
.ring .halo{fill:none;stroke:var(--fault);stroke-width:5}
.ring text.name{font-size:16px;fill:var(--ink);font-weight:550}.ring text.name.gone{fill:var(--soft);
font-weight:400}
.ring text.note{font-size:13px}
.ring text.piece{font-size:13px;font-weight:700;fill:var(--on-accent);text-anchor:middle}
.ring text.piece.lesser{fill:var(--ink)}
.ring text.middle{text-anchor:middle}.ring text.big{font-size:20px;fill:var(--ink);font-weight:600}
.now{font-size:34px;font-weight:600;letter-spacing:-.02em;line-height:1.1}
.state{display:flex;gap:26px;margin:10px 0 0}.state dt{font-size:14px;color:var(--soft)}
.state dd{margin:0;font-size:22px;font-weight:600;line-height:1.2}.state dd.warn{color:var(--bad)}
.active{min-height:76px;max-height:236px;overflow-y:auto;font-size:15px}.active li{padding:2px 0}
.active .past{color:var(--soft)}.active .none{color:var(--soft)}
.links-of{font-size:15px;min-height:48px}
.ring-legend{margin-top:16px;border-top:1px solid var(--line);padding-top:10px}
.ring-legend li{display:flex;align-items:center;gap:8px;padding:1px 0}
.key{display:inline-block;width:30px;height:16px;flex:none;vertical-align:-3px}
.legend .key[viewBox="0 0 14 14"]{width:14px}
.transport{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin:12px 0 8px}
.transport label{font-size:14px;color:var(--soft);margin-left:6px}
.play{width:52px;background:var(--accent);color:var(--on-accent);border-color:var(--accent)}
.scrub input{display:block;width:100%;margin:0;height:24px;accent-color:var(--accent);cursor:pointer}
.strip{height:66px}.strip .tick{fill:var(--fault)}.strip .pieces{fill:var(--ink);opacity:.6}
.strip .moment,.diagram .moment{stroke:var(--accent);stroke-width:1.5}
.strip .base,.diagram .axis-line,.grid{stroke:var(--line);stroke-width:1}
.overview{height:46px;border-radius:6px;background:var(--faint);cursor:crosshair;
touch-action:none}
.overview .density{fill:var(--hop)}.overview .tick{fill:var(--fault)}
.overview .window{fill:var(--accent);fill-opacity:.14;stroke:var(--accent);stroke-width:1.5;cursor:grab}
svg.diagram{margin-top:8px;cursor:crosshair;touch-action:pan-y;user-select:none}
.diagram-legend{display:flex;flex-wrap:wrap;gap:2px 22px;border-top:1px solid var(--line);padding-top:10px;
margin-bottom:8px}.entry{white-space:nowrap}
.diagram text{font-size:13px}.diagram text.name{fill:var(--ink);text-anchor:end}
.diagram text.name.chosen{font-weight:700;fill:var(--accent)}
.diagram .fault-band{fill:var(--fault);fill-opacity:.22}.diagram .fault-band.everywhere{fill-opacity:.09}
.diagram .fault-bar{fill:var(--fault)}.diagram text.fault-name{fill:var(--ink);font-size:12px}
.diagram .lifeline{stroke:var(--soft);stroke-width:1.4}.diagram .no-incarnation{stroke:var(--line);
stroke-dasharray:2 4}
.diagram .birth{stroke:var(--soft);stroke-width:2}.diagram .death{stroke:var(--ink);stroke-width:2;fill:none}
.diagram .hop{fill:none;stroke:var(--ink);stroke-width:1;stroke-opacity:.5}
.diagram .hop.probe{stroke:var(--hop)}
.diagram .got{fill:var(--ink);fill-opacity:.75}.diagram .said{fill:var(--ink)}
.diagram .hop.chosen{stroke:var(--accent);stroke-width:3;stroke-opacity:1;stroke-linejoin:round}
.diagram .got.chosen,.diagram .said.chosen{fill:var(--accent);fill-opacity:1;stroke:var(--card);
stroke-width:1}
.diagram .calm{stroke:var(--soft);stroke-dasharray:5 4}
.diagram .broken-line,.strip .broken-line,.overview .broken-line{stroke:var(--bad);stroke-width:1.5}
.diagram .flag,.strip .flag{fill:var(--bad)}.diagram text.flag-text{fill:var(--bad);font-weight:600}
.diagram .lasso{fill:var(--accent);fill-opacity:.15;stroke:var(--accent)}
.range,.message{font-size:15px;color:var(--soft);margin-left:8px;overflow-wrap:anywhere}
.message{min-height:1.45em;flex:1}
.message b{color:var(--ink);font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:18px;margin-bottom:0}
figure.card{margin:0 0 18px}figcaption{margin-bottom:6px}
figcaption p{font-size:14px;color:var(--soft)}
.chart text{font-size:13px}.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}
.chart .bar{fill:var(--accent)}.chart .mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}
.chart .mark-text{fill:var(--ink);font-weight:600;font-size:12px}
.dot{fill:none;stroke:var(--soft);stroke-width:1.5}
.dot.calm{fill:var(--accent);fill-opacity:.75;stroke:var(--accent)}
.band{fill:var(--accent);opacity:.15}.chart .band-text{fill:var(--soft)}
[hidden]{display:none}
`;
