import { addUsage, NO_USAGE, type Usage } from '../core/model.ts';
import type { Budget } from '../core/search-plan.ts';

/** A call that a budget has room for; `settle` it with what it took in the end. */
export interface Reservation {
  settle(used: Usage): void;
}

/** What a run has taken of its budget so far, over all targets and trajectories. */
export interface Account {
  /**
   * Asks for a call before it is made, by the most that it can take. While calls in flight may still leave room, it waits for them. Resolves
   * with a sentence once there is none.
   */
  reserve(atMost: Usage): Promise<Reservation | string>;
  /** Seconds for which the GPU has measured. */
  addGpuSeconds(seconds: number): void;
  /** A sentence once the time is up, so far that a confirmation of `confirmSeconds` would no longer fit in. */
  timeIsUp(confirmSeconds: number): string | undefined;
}

/**
 * Opens an account for a run.
 *
 * @param elapsed milliseconds since the run began; without it, the run begins now
 */
export function openAccount(budget: Budget, elapsed: () => number = elapsedFrom(performance.now())): Account {
  let spent = NO_USAGE;
  let gpuSeconds = 0;
  const inFlight = new Set<Usage>();
  const waiting: (() => void)[] = [];

  function fits(atMost: Usage): boolean {
    const all = [...inFlight, atMost].reduce(addUsage, spent);
    // A model without a known price is refused before the run when dollars are limited.
    return (
      (all.usd ?? 0) <= (budget.usd ?? Number.POSITIVE_INFINITY) &&
      tokensOf(all) <= (budget.tokens ?? Number.POSITIVE_INFINITY)
    );
  }

  return {
    async reserve(atMost) {
      while (!fits(atMost)) {
        if (inFlight.size === 0) return usedUp(budget, spent, atMost);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      // Its own object: a model may give the same one for every call.
      const call = { ...atMost };
      inFlight.add(call);
      return {
        settle(used) {
          inFlight.delete(call);
          // A price that was unknown when the answer came, in an earlier attempt: without any, nothing would be limited from here on.
          const usd = used.usd ?? call.usd;
          spent = addUsage(spent, usd === undefined ? used : { ...used, usd });
          for (const resume of waiting.splice(0)) resume();
        },
      };
    },
    addGpuSeconds(seconds) {
      gpuSeconds += seconds;
    },
    timeIsUp(confirmSeconds) {
      const { minutes, gpuMinutes } = budget;
      if (minutes !== undefined && elapsed() / 1000 + confirmSeconds > minutes * 60)
        return `The budget of ${minutes} minutes is used up but for the confirmation.`;
      if (gpuMinutes !== undefined && gpuSeconds + confirmSeconds > gpuMinutes * 60)
        return `The budget of ${gpuMinutes} GPU minutes is used up but for the confirmation.`;
      return undefined;
    },
  };
}

function elapsedFrom(began: number): () => number {
  return () => performance.now() - began;
}

function tokensOf(usage: Usage): number {
  return usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens + usage.output_tokens;
}

function usedUp(budget: Budget, spent: Usage, atMost: Usage): string {
  const usd = addUsage(spent, atMost).usd ?? 0;
  return budget.usd !== undefined && usd > budget.usd
    ? `The budget of $${budget.usd.toFixed(2)} has $${(budget.usd - (spent.usd ?? 0)).toFixed(2)} left, and the next call may cost $${(atMost.usd ?? 0).toFixed(2)}.`
    : `The budget of ${budget.tokens?.toLocaleString('en-US')} tokens has ${((budget.tokens ?? 0) - tokensOf(spent)).toLocaleString('en-US')} left, and the next call may take ${tokensOf(atMost).toLocaleString('en-US')}.`;
}
