/** What is wrong with a `base-url`, and what to write; undefined when it can be used. */
export function baseUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return 'give an http or https address, such as http://localhost:8080';
  if (url.username !== '' || url.password !== '')
    return 'give the address without a user or password; the key is the input anthropic-api-key';
  if (url.search !== '' || url.hash !== '') return 'give the root address, without "?" or "#"';
  const root = text.replace(/\/v1(\/messages)?\/*$/, '');
  if (root !== text) return `the Messages API adds /v1/messages by itself: give ${root}`;
  // The key goes along with every request.
  if (url.protocol === 'http:' && !isLocalUrl(text))
    return 'give an https address; plain http is only for local servers';
  return undefined;
}

/**
 * Whether a server is on this machine or its private network, where no key is needed and plain http is usual: loopback and
 * private addresses (RFC 1918, RFC 4193), names without a dot, and names under .localhost, .local and .internal.
 */
export function isLocalUrl(text: string): boolean {
  const host = new URL(text).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host.includes(':')) return host === '::1' || /^f[cd]/.test(host);
  if (/^[\d.]+$/.test(host)) return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  return !host.includes('.') || /\.(localhost|local|internal)$/.test(host);
}
