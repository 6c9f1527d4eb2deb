/** As the model's client takes it. */
type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` through the proxy that the environment names for this address (`HTTPS_PROXY` or `HTTP_PROXY`, and not where `NO_PROXY` has the host, nor
 * on this machine), by the rules that our requests to GitHub follow; Node's own, which takes no notice of those variables, where there is none.
 */
export function proxyFetch(address: string): Fetch {
  let found: Promise<Fetch> | undefined;
  return async (input, init) => {
    found ??= fetchFor(address);
    return (await found)(input, init);
  };
}

/** Loaded when a model is asked: it would make every start of the command line slower. */
async function fetchFor(address: string): Promise<Fetch> {
  const { HttpClient } = await import('@actions/http-client');
  const dispatcher = new HttpClient().getAgentDispatcher(address);
  if (dispatcher === undefined) return fetch;
  // Both of one undici: Node's own fetch is of another, whose calls this dispatcher would not understand.
  const undici = await import('undici');
  return ((input: string, init: object) => undici.fetch(input, { ...init, dispatcher })) as unknown as Fetch;
}
