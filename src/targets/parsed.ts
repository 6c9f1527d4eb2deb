/** A value that was read from text, or what is wrong with the text, in words that follow it: `"f33[n]" has …`. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
