import { z } from 'zod';
import type { Completion, Usage } from '../../core/model.ts';
import { type Budget, POLICIES, type SearchPlan } from '../../core/search-plan.ts';
import { VERDICTS } from '../../core/verdict.ts';
import { comparisonSchema, deviceSchema, evidenceSchema, sandboxSchema, sha256 } from './measurement-schema.ts';

/*
 * What a journal holds, one JSON object a line. A change after which an older reader would misunderstand a line raises the version.
 * What the judge and the model said is kept whole: fields that this schema does not name stay.
 */

export const JOURNAL_VERSION = 1;

const at_s = z
  .number()
  .nonnegative()
  .describe('Seconds that the run had gone on for, over all its attempts and without the pauses between them');
const ofTurn = {
  target: z.string(),
  trajectory: z.int().positive(),
  turn: z.int().positive(),
};
export const placeSchema = z.object({ trajectory: ofTurn.trajectory, turn: ofTurn.turn });

export const usageSchema = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  usd: z.number().exactOptional(),
}) satisfies z.ZodType<Usage>;

const completionSchema = z.looseObject({
  text: z.string(),
  stop: z.enum(['end', 'length', 'context', 'refusal']),
  usage: usageSchema,
  seconds: z.number(),
}) satisfies z.ZodType<Completion>;

const planSchema = z.object({
  trajectories: z.int().positive(),
  turns: z.int().positive(),
  policy: z.enum(POLICIES),
  patience: z.int().positive(),
}) satisfies z.ZodType<SearchPlan>;

const budgetSchema = z.object({
  usd: z.number().exactOptional(),
  tokens: z.number().exactOptional(),
  minutes: z.number().exactOptional(),
  gpuMinutes: z.number().exactOptional(),
}) satisfies z.ZodType<Budget>;

const filesSchema = z.array(z.object({ path: z.string(), text: sha256.describe('Of a text record') }));

const run = z
  .object({
    kind: z.literal('run'),
    schema: z.literal(JOURNAL_VERSION),
    version: z.string().describe("Kernelwright's"),
    began: z.iso.datetime(),
    model: z.string(),
    plan: planSchema,
    budget: budgetSchema,
    device: deviceSchema,
    sandbox: sandboxSchema,
    targets: z.array(
      z.object({
        name: z.string(),
        source: z.string(),
        definition: sha256.describe('Of the target as it was configured, as JSON'),
        baseline: sha256.describe('Over paths and contents of its files'),
        files: filesSchema,
        callers: sha256
          .exactOptional()
          .describe('Of the places that call the target, as JSON; absent where none was found'),
      }),
    ),
  })
  .describe('The first line: what is searched, with what, and where');

const resumed = z
  .object({ kind: z.literal('resumed'), at_s, began: z.iso.datetime(), budget: budgetSchema })
  .describe('A later attempt begins; its budget holds from here on');

const text = z
  .object({ kind: z.literal('text'), hash: sha256, text: z.string() })
  .describe('A message or a file, written once and before what refers to it');

const baseline = z
  .object({
    kind: z.literal('baseline'),
    at_s,
    target: z.string(),
    found: z.looseObject({ target: z.looseObject({ name: z.string() }) }),
  })
  .describe("What was found of a target's own code: the target as it is judged, its times and checks");

const comparison = z
  .object({
    kind: z.literal('comparison'),
    at_s,
    target: z.string(),
    head: sha256.describe('Over paths and contents of the files of the target'),
    base: sha256.describe('The same of the base branch'),
    found: comparisonSchema,
  })
  .describe("What the target's own code comes to beside that of the base branch, measured strictly");

const completion = z
  .object({
    kind: z.literal('completion'),
    at_s,
    ...ofTurn,
    again: z
      .literal(true)
      .exactOptional()
      .describe('A second, shorter request in the turn, after one that was too long for the context of the model'),
    conversation: sha256.describe('Of the references, in order'),
    system: sha256,
    messages: z.array(z.object({ role: z.enum(['user', 'assistant']), text: sha256, aside: sha256.exactOptional() })),
    completion: completionSchema,
  })
  .describe('What the model was asked in a turn, by reference, and what it answered');

const candidate = z
  .object({ kind: z.literal('candidate'), target: z.string(), hash: sha256, files: filesSchema })
  .describe('The files that were judged');

const evidence = z
  .object({ kind: z.literal('evidence'), at_s, target: z.string(), evidence: evidenceSchema })
  .describe('What the judge found of a candidate, screened or confirmed');

const turn = z
  .object({
    kind: z.literal('turn'),
    at_s,
    ...ofTurn,
    after: placeSchema.exactOptional().describe('The last turn that it was shown; absent where it was shown none'),
    candidate: sha256.exactOptional().describe('Absent where the answer held none'),
    problem: z.string().exactOptional().describe('Why it held none'),
  })
  .describe('What a turn came to');

const end = z
  .object({
    kind: z.literal('end'),
    at_s,
    targets: z.array(
      z.object({
        name: z.string(),
        turns: z.int().nonnegative(),
        best: placeSchema.extend({ candidate: sha256, verdict: z.enum(VERDICTS) }).exactOptional(),
        ended: z.string().exactOptional(),
        usage: usageSchema,
      }),
    ),
  })
  .describe('The last line of a run that was not cut off');

export const journalRecordSchema = z.discriminatedUnion('kind', [
  run,
  resumed,
  text,
  baseline,
  comparison,
  completion,
  candidate,
  evidence,
  turn,
  end,
]);

export type JournalRecord = z.output<typeof journalRecordSchema>;
type OfKind<Kind extends JournalRecord['kind']> = Extract<JournalRecord, { readonly kind: Kind }>;
export type RunRecord = OfKind<'run'>;
export type TextRecord = OfKind<'text'>;
export type BaselineRecord = OfKind<'baseline'>;
export type ComparisonRecord = OfKind<'comparison'>;
export type CompletionRecord = OfKind<'completion'>;
export type EndRecord = OfKind<'end'>;
export type EvidenceRecord = OfKind<'evidence'>;
export type TurnRecord = OfKind<'turn'>;
