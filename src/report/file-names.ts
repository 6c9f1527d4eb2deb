/* Names of the files that lie beside a report. Different targets never share one, and none leaves its folder. */

/** `softmax.patch` */
export function patchNameOf(target: string): string {
  return `${safe(target)}.patch`;
}

/** `softmax-turns.svg` */
export function pictureNameOf(target: string): string {
  return `${safe(target)}-turns.svg`;
}

function safe(target: string): string {
  return target
    .toWellFormed()
    .replace(/[^A-Za-z0-9._-]/gu, (character) =>
      [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(''),
    );
}
