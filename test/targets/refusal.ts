import { expect } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';

/** The message with which a configuration is refused. */
export function refusalOf(text: string): string {
  try {
    parseConfiguration(text, 'kernelwright.yml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).message;
  }
  throw new Error('the configuration was accepted');
}
