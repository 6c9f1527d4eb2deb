import { posix } from 'node:path';
import { Document, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Json } from '../../core/target.ts';
import { at, type Declared, type DraftedWorkload, type Note, type TargetDraft } from './draft.ts';

/** The draft as an entry of `targets`, not indented, with a line end behind it. */
export function writeDraft(draft: TargetDraft): string {
  const { kind, spot, entry, args, launch, init } = draft;
  const body = new YAMLMap();
  const add = (key: string, value: unknown, note?: Note) => {
    const node = value instanceof YAMLMap || value instanceof YAMLSeq ? value : flow(value);
    if (note !== undefined) node.comment = ` ${words(note)}`;
    body.add(new Pair(new Scalar(key), node));
  };
  if (kind === 'launcher' || kind === 'kernel') {
    add('source', spot.path);
    add(kind === 'kernel' ? 'kernel' : 'entry', entry);
  } else if (kind === 'kernel-builder') add(kind, posix.dirname(spot.path));
  else add(kind, `${spot.path}:${entry}`);
  if (launch !== undefined) add('launch', launch.value, launch.note);
  if (args !== undefined) add('args', args);
  if (init !== undefined) add('init', init.value, init.note);
  for (const key of ['inputs', 'inouts', 'outputs', 'scalars'] as const) {
    if (draft[key].length > 0) add(key, declarations(draft[key]));
  }
  if (draft.workloads.length > 0) add('workloads', workloads(draft.workloads));
  if (draft.emulate !== undefined) add('emulate', workloads([draft.emulate]));
  body.comment = [...draft.notes.map((note) => ` ${words(note)}`), ...wishes(draft)].join('\n');
  const file = new Document(new YAMLMap());
  const key = new Scalar(draft.name);
  key.commentBefore = ` ${at(spot)}: ${draft.declaration}`;
  file.add(new Pair(key, body));
  return file.toString({ lineWidth: 0 }).replace(/^[^"'#]*/gm, withoutPadding);
}

/** `[x, y]`, as people write lists; mappings keep their spaces. */
function withoutPadding(text: string): string {
  return text.replace(/\[ (?=\S)/g, '[').replace(/(?<=\S) \]/g, ']');
}

/** What makes a target better that nobody can guess. */
function wishes({ workloads: [first], emulate, inputs, inouts, kind }: TargetDraft): string[] {
  const dimension = Object.entries(emulate?.values ?? {}).find(([name, value]) => first?.values[name] !== value)?.[0];
  const vary =
    dimension === undefined
      ? []
      : [` TODO: vary: { ${dimension}: [1, 7, 1000] }, where the code takes such sizes; more mistakes are found`];
  const tensor = [...inputs, ...inouts][0]?.name;
  const what =
    kind === 'module' || kind === 'function'
      ? 'without it, your own code in float64 is'
      : 'without it, your own code is';
  return [
    ...vary,
    ...(tensor === undefined
      ? []
      : [` TODO: reference: a torch expression of ${tensor} that says what is right; ${what}`]),
  ];
}

function declarations(list: readonly Declared[]): YAMLMap {
  const map = new YAMLMap();
  for (const { name, notation, note } of list) {
    const value = new Scalar(notation);
    value.type = Scalar.QUOTE_DOUBLE;
    if (note !== undefined) value.comment = ` ${words(note)}`;
    map.add(new Pair(new Scalar(name), value));
  }
  return map;
}

function workloads(list: readonly DraftedWorkload[]): YAMLSeq {
  const sequence = new YAMLSeq();
  for (const { values, note } of list) {
    const node = flow(values);
    node.comment = ` ${words(note)}`;
    sequence.add(node);
  }
  return sequence;
}

/** On one line. */
function flow(value: unknown): Scalar | YAMLMap | YAMLSeq {
  const node = new Document(value as Json).contents;
  if (node instanceof YAMLMap || node instanceof YAMLSeq) {
    node.flow = true;
    return node;
  }
  return isScalar(node) ? node : new Scalar(value);
}

function words(note: Note): string {
  const text = note.kind === 'guess' ? `guess: ${note.from}` : `TODO: ${note.what}`;
  return text.replace(/\s+/g, ' ');
}
