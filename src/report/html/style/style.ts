/** The style sheet: one column, few colours that colour-blind readers can distinguish, light, dark and paper. */

import { actStyle } from './decision.ts';
import { figureStyle } from './figure.ts';
import { readableOnPaper } from './print.ts';

/**
 * Colours by their use. Those that stand in one legend differ also for readers who do not see red or green (the test
 * simulates that): mostly by lightness. In the strips and lanes they differ in height too.
 */
export const light = `--paper:#fdfdfb;--panel:#f6f5f1;--ink:#1c1f23;--soft:#5d636b;--line:#dcd9d1;--link:#0b5394;
--good:#8fc1b5;--good-soft:#d3e6e0;--good-ink:#1f6f5c;--slow:#e0a526;--bad:#b3311f;--bad-soft:#f6e3de;--unknown:#8a6100;--unknown-soft:#f6ecd2;
--primary:#31688e;--elected:#4f1a3d;--replica:#a3bccd;--none:#e2dfd7;--expected:#9a958a;--residual:#c98a3d;--shade:#00000010;
--class-0:#b3311f;--class-1:#efb683;--class-2:#4f1a3d;--class-3:#3f7fb5;--class-other:#8d8d8d`;

export const dark = `--paper:#16191d;--panel:#1e2227;--ink:#e7e5df;--soft:#a3a9b1;--line:#363c44;--link:#8fbfee;
--good:#2f6f62;--good-soft:#234a42;--good-ink:#7fcdb9;--slow:#e8c15a;--bad:#ef7058;--bad-soft:#43241e;--unknown:#e3bd62;--unknown-soft:#3d3318;
--primary:#6aa5d0;--elected:#e3d4ff;--replica:#456178;--none:#30343a;--expected:#8d8a82;--residual:#d49a52;--shade:#ffffff14;
--class-0:#ef7058;--class-1:#f3cfa3;--class-2:#8a5bd0;--class-3:#6aa5d0;--class-other:#5f636a`;

const page = `
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
.page{max-width:68rem;margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 2rem}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem}
h1{font-size:clamp(1.25rem,1rem + 1.4vw,1.8rem);line-height:1.3;font-weight:600;margin:.4rem 0 .5rem;max-width:60rem;text-wrap:pretty}
h1 .rest{display:block;font-size:1rem;line-height:1.5;font-weight:400;margin-top:.35rem;max-width:54rem}
h2{font-size:1.2rem;line-height:1.3;font-weight:600;margin:1.9rem 0 .4rem;padding-top:.6rem;border-top:1px solid var(--ink)}
h3{font-size:1rem;font-weight:600;margin:1.6rem 0 .3rem}
p,li{max-width:44rem;text-wrap:pretty}
.overline{margin:0;color:var(--soft);font-size:.85rem}
.asks{margin:0;color:var(--soft);font-style:italic}.subject{margin:.3rem 0 0;max-width:none;color:var(--soft);font-size:.85rem}.subject span{white-space:nowrap}
.recorded{background:var(--unknown-soft);border-left:4px solid var(--unknown);padding:.5rem 1rem;margin:0 0 1.5rem}
.outcome{display:inline-block;font-weight:600;white-space:nowrap}
h1 .outcome{padding:0 .5em;border-radius:.2em;margin-right:.2em}
.outcome.pass{color:var(--good-ink)}.outcome.fail{color:var(--bad)}.outcome.unknown{color:var(--unknown)}
h1 .outcome.pass{background:var(--good-soft)}h1 .outcome.fail{background:var(--bad-soft)}h1 .outcome.unknown{background:var(--unknown-soft)}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem 1.5rem;margin:1rem 0 0;border-top:1px solid var(--line);padding-top:.7rem}.keys .grave b,.keys .grave dt{color:var(--bad)}
.keys dt{color:var(--soft);font-size:.85rem}.keys dd{margin:0}.keys b{font-size:1.7rem;font-weight:600;letter-spacing:-.01em}
.figure b{font-weight:600}.unit,.spread{color:var(--soft);font-size:.9em}.spread{white-space:nowrap}.keys .unit,.keys .spread{font-size:1rem}
.evidence{font-size:.72rem;text-decoration:none;color:var(--soft);white-space:nowrap}.evidence:hover{text-decoration:underline;color:var(--link)}
.tag{font-size:.7rem;border:1px solid var(--line);border-radius:.6em;padding:0 .45em;color:var(--soft);white-space:nowrap;font-weight:400}
.means{display:block;font-weight:400;font-size:.82rem;color:var(--soft);line-height:1.4}
mark{background:var(--unknown-soft);color:inherit;padding:0 .2em}
.lede{font-size:1.02rem}
.doubts{border-left:4px solid var(--unknown);padding:.1rem 1rem;background:var(--unknown-soft)}.doubts h2{margin:.4rem 0 0;border:0;padding:0;font-size:1rem}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,monospace;font-size:.85em;overflow-wrap:anywhere}
pre{background:var(--panel);padding:.7rem 1rem;white-space:pre-wrap;margin:.4rem 0 1rem}
table{border-collapse:collapse;width:100%;margin:.6rem 0;font-size:.9rem}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.3rem;text-wrap:pretty}
th,td{text-align:left;vertical-align:top;padding:.32rem .6rem;border-top:1px solid var(--line);font-weight:400;overflow-wrap:anywhere}
thead th{border-top:0;color:var(--soft);font-size:.8rem;padding-bottom:.2rem}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
.number{text-align:right;overflow-wrap:normal}.phases td{overflow-wrap:break-word}
.name{font-weight:500}.name::first-letter{text-transform:uppercase}
.limits .number,.phases .number{white-space:nowrap}.limits .number .means{white-space:normal}.limits tbody th,.limits tbody td{padding-top:.2rem;padding-bottom:.2rem}.limits th a{color:inherit;text-decoration:none}.limits th a:hover{text-decoration:underline}.limits .name{display:inline-block}.limits thead th:first-child{width:33%}
.ledger{table-layout:fixed}.ledger th:nth-child(2){width:6.5rem}.key-of-write{white-space:nowrap;margin-right:.5em}.ledger .none{color:var(--soft)}.ledger .fail b{color:var(--bad)}
tbody tr:target{background:var(--unknown-soft)}
.folded .records{font-size:.7rem}.folded .records th,.folded .records td{padding:.06rem .5rem;border:0}.records th{white-space:nowrap;color:var(--soft)}
.blocks{columns:3 17rem;column-gap:2rem}.block h3{margin:.7rem 0 .2rem}.blocks .pairs{font-size:.71rem}.blocks .pairs div{padding:.1rem 0}
.pairs{margin:0;font-size:.88rem}.pairs div{display:flex;justify-content:space-between;gap:1rem;border-top:1px solid var(--line);padding:.2rem 0}
.pairs dt{color:var(--soft);flex:0 1 auto;min-width:min(5.5rem,40%);overflow-wrap:anywhere}.pairs dd{margin:0;text-align:right;overflow-wrap:anywhere}
.matrix thead th{white-space:nowrap;font-size:.72rem}.run-mark{display:inline-block;min-width:1.5em;text-align:center;text-decoration:none;border-radius:.2em;margin:1px;font-weight:600}.run-mark.pass{color:var(--good-ink);background:var(--good-soft)}.run-mark.fail{color:var(--bad);background:var(--bad-soft)}.run-mark.unknown{color:var(--unknown);background:var(--unknown-soft)}.none{color:var(--soft)}
summary{cursor:pointer}
.fold{border-top:1px solid var(--line);padding:.3rem 0}.appendix{margin-top:0;border-bottom:1px solid var(--line)}.fold>summary h2{display:inline;font-size:1rem;border:0;margin:0;padding:0}.fold>summary .says{color:var(--soft);font-size:.85rem;margin-left:.8em}.fold[open]{padding-bottom:.3rem}#not-proved{margin-top:1.2rem}.folded{font-size:.92rem;line-height:1.45}.folded p{margin:.4rem 0}.folded ul{margin:.3rem 0}.folded li{max-width:60rem}.folded table{font-size:.82rem;margin:.4rem 0}.folded th,.folded td{padding-top:.18rem;padding-bottom:.18rem}.folded figure{margin:.25rem 0 .45rem}.folded .sign{margin:.7rem 0}.ledger .means,.quantiles .means,.errors .means{display:inline;margin-left:.6em}
.columns{columns:2 20rem;column-gap:2.5rem}.columns.three{columns:3 17rem;column-gap:2rem;font-size:.78rem}.columns .means{font-size:.7rem;line-height:1.2}.columns>*{break-inside:avoid}.small{font-size:.82rem;color:var(--soft)}.small li{max-width:none}
.numbers summary,.proposals summary{font-size:.85rem;color:var(--link)}
.phases{font-size:.82rem}.phases th,.phases td{padding-top:.18rem;padding-bottom:.18rem}.phases thead th:nth-child(n+2){width:8.5rem}.phases th .means{max-width:34rem}
.small{max-width:none}.folded h3{margin:.6rem 0 .1rem}.folded caption{padding-bottom:.1rem}footer{margin-top:.6rem;color:var(--soft);font-size:.82rem;border-top:1px solid var(--line);padding-top:.8rem}
@media (max-width:40rem){.wide-only{display:none}
.limits thead,.phases thead{position:absolute;left:-99rem}.phases .number,.phases .spread,.phases .tag{white-space:normal}.phases tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.1rem .8rem;border-top:1px solid var(--line);padding:.5rem 0}.phases tbody th{grid-column:1/-1}.phases tbody th,.phases tbody td{border:0;padding:0;text-align:left}.phases td::before{content:attr(data-name);display:block;color:var(--soft);font-size:.72rem}.limits tr{display:grid;grid-template-columns:1fr auto auto;gap:.2rem 1rem;border-top:1px solid var(--line);padding:.25rem 0}.limits tbody th{grid-column:1/-1}.keys .evidence{display:none}h2{margin-top:1.2rem;padding-top:.35rem}.limits tbody th,.limits tbody td{border:0;padding:0}.limits tbody td:nth-child(2){text-align:left}
body{font-size:15px}th,td{padding:.45rem .35rem}table{font-size:.86rem}.folded table{font-size:.72rem}.folded th,.folded td{padding-left:.2rem;padding-right:.2rem}.evidence,.folded .unit,.limits .number{white-space:normal}.limits .figure{white-space:nowrap}.keys{grid-template-columns:1fr 1fr;gap:.8rem 1rem}.keys b{font-size:1.35rem}}
`;

/** The whole style sheet, without `</style`. */
export const styleSheet = `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}${page}${figureStyle}${actStyle}${readableOnPaper(light)}`;
