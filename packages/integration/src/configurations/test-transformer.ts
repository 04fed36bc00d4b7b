import { BadMapping, createMappingRunner, type MappingRunner } from "@drumline/connectors/mapping";
import { messageOf } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";

import { ConfigurationRefused } from "./errors.ts";

/** What an expression makes of an input, or what is wrong with it and where. */
export type TransformerTest =
  | { readonly output: JsonValue; readonly error: null }
  | { readonly output: null; readonly error: { readonly message: string; readonly position: number | null } };

/** Tries expressions in a child process of its own, so that nobody who tries one holds up a worker's. */
export interface TransformerTester {
  /** One after the other of all who ask. */
  test(expression: string, input: JsonValue): Promise<TransformerTest>;
  close(): void;
}

export function createTransformerTester(): TransformerTester {
  const runner = createMappingRunner({ children: 1 });
  return {
    async test(expression, input) {
      try {
        const mapping = await runner.openMapping(expression);
        for await (const { error, ...mapped } of mapping.mapAll([input]))
          return error === null
            ? { output: (mapped as { value: JsonValue }).value, error: null }
            : { output: null, error: { message: messageOf(error), position: error.position } };
        return { output: null, error: null };
      } catch (error) {
        if (!(error instanceof BadMapping)) throw error;
        return { output: null, error: { message: error.message, position: error.position } };
      }
    },
    close: () => runner.close(),
  };
}

/**
 * Reads an expression before it is kept: no run should be the first to find that it cannot be read.
 * @throws {ConfigurationRefused} with the position
 */
export async function requireReadable(mappings: MappingRunner, expression: string): Promise<void> {
  try {
    await mappings.openMapping(expression);
  } catch (error) {
    if (!(error instanceof BadMapping)) throw error;
    const { message: problem, position } = error;
    throw new ConfigurationRefused({ where: "expression", problem, ...(position === null ? {} : { position }) });
  }
}
