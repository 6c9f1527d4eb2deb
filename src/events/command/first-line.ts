/**
 * What follows `/optimize` in the first line of a comment, without the white space around it; undefined when the line does not
 * begin with it. Up to three spaces may stand before it: from four on it is a block of code in Markdown, as a quotation, a fence
 * and an HTML comment are recognized by what the line begins with.
 */
export function afterCommandWord(body: string): string | undefined {
  const [line = ''] = body.split(/\r\n|\n|\r/, 1);
  const match = /^ {0,3}\/optimize(?![^\s])(.*)$/su.exec(line);
  return match?.[1]?.trim();
}
