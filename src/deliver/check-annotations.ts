import type { Annotation } from '../report/check.ts';
import { visible } from '../report/escape.ts';

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: annotations in a request, bytes of a message, characters of a title. */
const IN_A_REQUEST = 50;
const LONGEST_MESSAGE = 64 * 1024;
const LONGEST_TITLE = 255;

/** In GitHub's fields and within its limits, as many at once as a request takes. */
export function annotationBatches(annotations: readonly Annotation[]) {
  const rendered = annotations.map(renderAnnotation);
  const batches = Array.from({ length: Math.ceil(rendered.length / IN_A_REQUEST) }, (_, batch) =>
    rendered.slice(batch * IN_A_REQUEST, (batch + 1) * IN_A_REQUEST),
  );
  return batches.length === 0 ? [[]] : batches;
}

function renderAnnotation({ path, firstLine, lastLine, level, title, message }: Annotation) {
  const start_line = Math.max(1, Math.trunc(firstLine));
  return {
    path,
    start_line,
    end_line: Math.max(start_line, Math.trunc(lastLine)),
    annotation_level: level,
    title: [...visible(title)].slice(0, LONGEST_TITLE).join(''),
    // GitHub refuses an empty one.
    message: cutToBytes(visible(message), LONGEST_MESSAGE) || title || 'Kernelwright',
  };
}

function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const ellipsis = '…';
  const room = Buffer.from(text).subarray(0, most - Buffer.byteLength(ellipsis));
  // A character that was cut in two becomes a mark at the end.
  return `${room.toString('utf8').replace(/\ufffd+$/, '')}${ellipsis}`;
}
