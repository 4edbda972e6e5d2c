/** The frame of every page: one file that asks nobody for anything. */
import { html, type Markup, raw } from '../../markup.ts';
import { styleSheet } from './style/style.ts';

export interface Page {
  readonly title: string;
  /** With one element of id `main`, for those who skip to it. */
  readonly body: Markup;
  readonly script?: string;
}

/** A whole HTML document. */
export const page = ({ title, body, script }: Page): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="pgdrill"><title>${title}</title><link rel="icon" href="data:,"><style>${raw(styleSheet)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a><div class="page">${body}</div>${script && html`<script>${raw(script)}</script>`}</body></html>
`.text;
