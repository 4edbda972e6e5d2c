/** How changes and the sign-off look: a diff that does not need its colours, lines to write on. */
export const actStyle = `
.proposals{padding-left:1.2rem;margin:.4rem 0}.proposals>li{margin-bottom:.7rem;max-width:48rem}.proposals p{margin:.15rem 0}.proposals pre{max-width:44rem}
.what-if{display:block;width:100%;max-width:30rem;margin:.2rem 0 0}.then{fill:var(--good-ink)}.then-range{fill:var(--good)}.what-if .track{fill:var(--bad)}.lede{margin:.3rem 0}
del,ins{text-decoration:none}del{color:var(--bad)}ins{color:var(--good-ink)}
.sign{display:flex;flex-wrap:wrap;align-items:baseline;gap:.4rem .6rem;max-width:44rem}
.box{display:inline-block;width:1em;height:1em;border:1px solid var(--ink);transform:translateY(.15em)}
.choice{white-space:nowrap;margin-right:.6rem}
.field-to-fill{display:flex;flex:1 1 14rem;gap:.6rem;align-items:baseline}.blank{flex:1;border-bottom:1px solid var(--ink);height:1.6em}
@media print{.proposals li,.sign{break-inside:avoid}}
`;
