export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
}

export const STATUSES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'] as const;
export const CONCLUSIONS = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
] as const;

export interface CheckRun {
  readonly id: number;
  readonly headSha: string;
  readonly annotations: Annotation[];
  name: string;
  status: (typeof STATUSES)[number];
  conclusion: (typeof CONCLUSIONS)[number] | null;
  startedAt: string;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
}
