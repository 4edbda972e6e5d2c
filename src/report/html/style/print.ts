/** A4: black on white whatever the screen's scheme, no figure torn in two, no appendix of links that cannot be followed. */
export const readableOnPaper = (light: string): string => `
@page{size:A4;margin:16mm 14mm}
@media print{:root{${light};--paper:#fff}html{color-scheme:light;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10.5pt}.page{padding:0;max-width:none;zoom:.82}.records{font-size:7.5pt}.records td,.records th{padding:.15rem .4rem}h2{margin-top:2.2rem}nav,.skip{display:none}a{color:inherit}
h2{margin-top:2rem;break-after:avoid}h3,caption,.legend{break-after:avoid}figure,tr,.block,.keys{break-inside:avoid}thead{display:table-header-group}}
`;
