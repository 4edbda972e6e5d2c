/** How changes and the sign-off look: a diff that does not need its colours, lines to write on. */
export const actStyle = `
.proposals{padding-left:1.2rem}.proposals p{margin:.3rem 0}.proposals pre{max-width:44rem}
del,ins{text-decoration:none}del{color:var(--bad)}ins{color:var(--good-ink)}
.sign{display:flex;flex-wrap:wrap;align-items:baseline;gap:.4rem .6rem;max-width:44rem}
.box{display:inline-block;width:1em;height:1em;border:1px solid var(--ink);margin-left:.8rem;transform:translateY(.15em)}
.blank{flex:1 1 8rem;border-bottom:1px solid var(--ink);height:1.6em}
`;
