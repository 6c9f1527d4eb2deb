/**
 * Lets the first request of each beginning go ahead of the others that share it. A prompt cache can be read only once the answer to the request that
 * wrote it has begun: trajectories that start at the same moment would each pay for the whole prompt.
 *
 * @returns runs `work` with a function for it to call when its answer begins; later ones with the same beginning wait for that, or for the
 *   end of the first, however it ends
 */
export function firstOfPrefix(): <T>(prefix: string, work: (begun: () => void) => Promise<T>) => Promise<T> {
  const first = new Map<string, Promise<void>>();
  return async (prefix, work) => {
    const waitFor = first.get(prefix);
    if (waitFor !== undefined) {
      await waitFor;
      return work(() => {});
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    first.set(prefix, promise);
    try {
      return await work(resolve);
    } finally {
      resolve();
    }
  };
}
