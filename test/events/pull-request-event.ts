/** What GitHub sends for a pull request, cut to some of the many fields that it has. */
export function pullRequestPayload() {
  return {
    action: 'opened',
    number: 7,
    sender: { login: 'maria', id: 1, type: 'User' },
    pull_request: {
      number: 7,
      state: 'open',
      draft: false,
      title: 'Softmax over rows',
      base: { sha: 'a'.repeat(40), ref: 'main', repo: { id: 1, full_name: 'octo/kernels' } },
      head: {
        sha: 'b'.repeat(40),
        ref: 'softmax',
        repo: { id: 1, full_name: 'octo/kernels' } as { id: number; full_name: string } | null,
      },
    },
    repository: { full_name: 'octo/kernels' },
  };
}
