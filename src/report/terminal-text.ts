import { styleText } from 'node:util';
import { escapeLog, oneLine } from './escape.ts';

/* What all results on a terminal are made of: colours, warnings, and foreign text made harmless. */

export interface TerminalOptions {
  /** Whether the reader's terminal shows colours. */
  readonly color: boolean;
}

export type Style = Parameters<typeof styleText>[0];

export function warnings(emulated: boolean, unsandboxed: boolean, paint: Painter): string[] {
  return [
    ...(unsandboxed
      ? [paint(['bold', 'red'], 'sandbox: off. Nothing kept the candidate from tampering with this result.')]
      : []),
    ...(emulated
      ? [paint('yellow', 'No GPU: results were checked on an emulated CPU; no speedup is measured or claimed.')]
      : []),
  ];
}

export type Painter = (style: Style, text: string) => string;

export function painter(color: boolean): Painter {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Untrusted text on one line, harmless to terminals and to workflow logs. */
export function plain(text: string): string {
  return escapeLog(oneLine(text, 500));
}

export function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
