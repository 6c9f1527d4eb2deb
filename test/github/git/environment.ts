/**
 * For every git process here: settings of the machine and its user, and the `GIT_*` variables of a hook that may have
 * started the tests, must not change what the server answers. Use with `extendEnv: false`.
 */
export const GIT_ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  LC_ALL: 'C',
};
