/** Keys and indices from the root of the configuration to one of its values. */
export type IssuePath = readonly (string | number)[];

/** One thing that a maintainer must change in the configuration. */
export interface Issue {
  readonly path: IssuePath;
  /** Whether the key or its value is what must change; the position in the message points there. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** Collects an issue; the path is relative to whatever the reporter was made for. */
export type Report = (path: IssuePath, message: string, at?: Issue['at']) => void;

/** A report for what lies under `prefix`, collecting into `issues`. */
export function reportInto(issues: Issue[], prefix: IssuePath): Report {
  return (path, message, at = 'value') => issues.push({ path: [...prefix, ...path], at, message });
}

/** Passes everything on to `report`, and remembers whether there was anything. */
export function watch(report: Report): { readonly report: Report; readonly sound: () => boolean } {
  let sound = true;
  return {
    report: (...issue) => {
      sound = false;
      report(...issue);
    },
    sound: () => sound,
  };
}

/** How a path is written for people: `targets.softmax.workloads[0].rows`. */
export function formatPath(path: IssuePath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** A value as it is quoted in a message: JSON, on one line, cut at 60 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
