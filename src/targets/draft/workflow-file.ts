/** Where a repository has the workflow. */
export const WORKFLOW_PATH = '.github/workflows/kernelwright.yml';

/**
 * The workflow that the README shows, with the `config` of a repository that keeps its configuration elsewhere.
 */
export function workflowFile(config: string, usual: string): string {
  const elsewhere = config === usual ? '' : `          config: ${JSON.stringify(config)}\n`;
  return `${BEGIN}${elsewhere}${END}`;
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions of GitHub's, not of JavaScript
const BEGIN = [
  'name: Kernelwright',
  'on:',
  '  pull_request:',
  '    types: [opened, synchronize, reopened, ready_for_review]',
  '    paths: ["**.cu", "**.cuh", "**.h", "**.hh", "**.hpp", "**.inl", "**.c", "**.cc", "**.cpp", "**.cxx", "**.py", "**/build.toml"]',
  '',
  'permissions:',
  '  contents: read',
  '  pull-requests: write',
  '  checks: write',
  '',
  '# A newer push to a pull request ends the run for the older one. Runs for different ones wait for the GPU by themselves.',
  'concurrency:',
  '  group: kernelwright-${{ github.event.pull_request.number }}',
  '  cancel-in-progress: true',
  '',
  'jobs:',
  '  optimize:',
  '    # Pull requests from forks never start by themselves.',
  '    if: github.event.pull_request.head.repo.full_name == github.repository',
  '    # TODO: the labels of your runner with a GPU; the README of Kernelwright says how to prepare it.',
  '    runs-on: [self-hosted, linux, gpu]',
  '    timeout-minutes: 60',
  '    steps:',
  '      - uses: actions/checkout@v6',
  '        with:',
  '          persist-credentials: false',
  '      # TODO: the place where you keep Kernelwright.',
  '      - uses: your-org/kernelwright@main',
  '        with:',
  '          # TODO: add the secret, or give "base-url" of a model of your own, which needs no key.',
  '          anthropic-api-key: ${{ secrets.ANTHROPIC_API_KEY }}',
  '          # For all targets of a run together.',
  '          budget-usd: 5',
  '          # Less than timeout-minutes, so that a run ends with a report.',
  '          budget-minutes: 50',
  '',
].join('\n');

const END = [
  '      # The report, the patches and the journal of the run.',
  '      - uses: actions/upload-artifact@v4',
  '        if: always()',
  '        with:',
  '          name: kernelwright',
  '          path: .kernelwright/report',
  '          include-hidden-files: true',
  '          if-no-files-found: ignore',
  '',
].join('\n');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions of GitHub's, not of JavaScript
