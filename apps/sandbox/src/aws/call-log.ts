/** What was asked of AWS and done, for tests that count effects. */
export interface AwsCall {
  readonly operation: string;
  readonly about: string;
  readonly atMs: number;
}

const MOST_CALLS = 10_000;

export interface CallLog {
  add(operation: string, about: string): void;
  list(): readonly AwsCall[];
  clear(): void;
}

export function createCallLog(nowMs: () => number): CallLog {
  let calls: AwsCall[] = [];
  return {
    add: (operation, about) => {
      if (calls.length >= MOST_CALLS) calls = calls.slice(MOST_CALLS / 2);
      calls.push({ operation, about, atMs: nowMs() });
    },
    list: () => calls,
    clear: () => void (calls = []),
  };
}
