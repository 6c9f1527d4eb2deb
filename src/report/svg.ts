import { oneLine } from './escape.ts';

/* What all pictures are made of. */

/** Okabe and Ito's colours, which colour-blind people tell apart (https://jfly.uni-koeln.de/color/). */
export const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#8C8C8C'];

/** To a tenth of a pixel, so that files stay small and are the same everywhere. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** `content` is anybody's. */
export function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${rounded(x)}" y="${rounded(y)}" ${attributes}>${xml(content)}</text>`;
}

/** Anybody's text on one line, for between tags and in attributes. */
export function xml(content: string): string {
  return oneLine(content, 200).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
