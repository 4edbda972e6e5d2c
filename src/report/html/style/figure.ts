/** How pictures look: the inner drawing stretches, its lines and words do not. */
export const figureStyle = `
figure{margin:.8rem 0 1.1rem}figure h3,.folded figure h3{margin:0 1.2rem 0 0;display:inline-block}figcaption{font-size:.76rem;line-height:1.4;color:var(--soft);max-width:none;margin-top:.1rem;text-wrap:pretty}
.legend{margin:0;font-size:.78rem;color:var(--soft);max-width:none;display:inline}.plot{margin-top:.25rem}.legend .key{display:inline-block;margin-right:.9rem}.key svg{vertical-align:-1px}
.with-gutter{display:grid;grid-template-columns:3.2rem 1fr}
.plot svg{display:block;overflow:visible}.gutter,.field{width:100%}
svg text{font-size:11px;fill:var(--soft);font-family:inherit}svg text.lane{fill:var(--ink);font-weight:500;paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
tspan.detail{fill:var(--soft);font-weight:400}
text.middle{text-anchor:middle}text.end{text-anchor:end}
path{vector-effect:non-scaling-stroke}
.grid{stroke:var(--line);fill:none;stroke-width:1;opacity:.6}
.fault-shade{fill:var(--shade)}
.mark{fill:none;stroke:var(--ink);stroke-width:1}.mark.injected{stroke:var(--bad);stroke-width:1.5}.mark.effective{display:none}.mark.heal,.mark.healed{stroke-dasharray:3 3}.mark.healed{opacity:.5}
.good{fill:var(--good)}.slow{fill:var(--slow)}.bad{fill:var(--bad)}
.phase{fill:var(--primary)}.cause{fill:var(--slow)}.foreseen{fill:none;stroke:var(--ink);stroke-width:1.2}.residual{fill:var(--replica)}.expected{fill:var(--expected)}
.held{fill:var(--elected)}
.role-primary{fill:var(--primary)}.role-replica{fill:var(--replica)}.role-elected{fill:var(--elected)}.role-none{fill:var(--none)}
.good-area{fill:var(--good-soft)}.good-band{fill:var(--good);opacity:.5}.good-line{fill:none;stroke:var(--good-ink);stroke-width:1.3}
.offered-line{fill:none;stroke:var(--ink);stroke-width:1;stroke-dasharray:1 3;stroke-linecap:round}
.class-0{fill:var(--class-0)}.class-1{fill:var(--class-1)}.class-2{fill:var(--class-2)}.class-3{fill:var(--class-3)}.class-other{fill:var(--class-other)}
.bullet{width:100%;max-width:24rem;display:block;margin:.35rem 0}.track{fill:var(--line)}.value.pass{fill:var(--good)}.value.fail{fill:var(--bad)}.value.unknown{fill:var(--slow)}
.interval{stroke:var(--ink);stroke-width:2}.limit-line{stroke:var(--ink);stroke-width:2}
.cut-off{fill:var(--residual)}
.dot-ok,.dot-local,.dot-failed,.dot-unknown{fill:none;stroke-width:2.4;stroke-linecap:round}.dot-ok{stroke:var(--good)}.dot-local{stroke:var(--elected)}.dot-failed{stroke:var(--bad);opacity:.75}.dot-unknown{stroke:var(--slow)}
.dot-ok-key{fill:var(--good)}.dot-local-key{fill:var(--elected)}.dot-failed-key{fill:var(--bad)}.dot-unknown-key{fill:var(--slow)}
.quantile{fill:none;stroke:var(--ink);stroke-width:1.4;stroke-linejoin:round}.quantile.p99{stroke-dasharray:4 2}.quantile.service{stroke:var(--primary);stroke-dasharray:4 2}

.series{fill:none;stroke-width:1.6}.series-0{stroke:var(--primary)}.series-1{stroke:var(--residual)}.series-2{stroke:var(--elected)}.series-3{stroke:var(--good);stroke-dasharray:6 2}.series-4{stroke:var(--class-other);stroke-dasharray:2 2}

.timeline-old,.timeline-new{fill:none;stroke:var(--soft);stroke-width:1.5}.acknowledged{fill:none;stroke:var(--good-ink);stroke-width:1.5}.beyond{fill:none;stroke:var(--bad);stroke-width:2}.acknowledged-key{fill:var(--good-ink)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 2.5rem}
.trends{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:0 2.5rem}.trend h3::first-letter{text-transform:uppercase}
.trend-limit{fill:none;stroke:var(--bad);stroke-width:1.2;stroke-dasharray:5 3}.trend-interval{fill:none;stroke:var(--soft);stroke-width:1.5}
.trend-point{stroke-width:1.6}.pass{fill:var(--good-ink)}.fail{fill:var(--bad)}.unknown{fill:var(--slow)}.trend-point.pass{stroke:var(--good-ink)}.trend-point.fail{stroke:var(--bad)}.trend-point.unknown{stroke:var(--slow)}.trend-point.other{fill:var(--paper)}
.stack{position:relative}.cursor{display:none;position:absolute;top:0;bottom:0;width:1px;background:var(--ink);opacity:.7;pointer-events:none}.cursor span{position:absolute;left:6px;background:var(--ink);color:var(--paper);font-size:.75rem;padding:0 .4em;border-radius:.2em;white-space:nowrap}.cursor span.left{left:auto;right:6px}
@media (max-width:40rem){.with-gutter{grid-template-columns:2.6rem 1fr}svg text.minor,tspan.detail{display:none}}
`;
