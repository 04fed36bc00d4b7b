import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const MEGABYTE = 1024 * 1024;

/** Where the output of one child process is kept. */
export interface ChildLog {
  readonly path: string;
  append(line: string): void;
  close(): void;
}

/**
 * Appends to `path`; a file that outgrew `maxBytes` becomes `<path>.1`, replacing the one before it.
 * Writes at once and without buffering, so that a killed supervisor loses no line. A disk that is full or
 * not writable costs the lines, never the process. Names and addresses of customers stand in logs: folder and files are
 * their owner's alone, those of an earlier release too.
 */
export function openChildLog(path: string, { maxBytes = 10 * MEGABYTE } = {}): ChildLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  let file: number | null = openSync(path, "a", 0o600);
  fchmodSync(file, 0o600);
  if (existsSync(`${path}.1`)) chmodSync(`${path}.1`, 0o600);
  let bytes = fstatSync(file).size;

  const append = (line: string) => {
    if (file === null) return;
    try {
      bytes += writeSync(file, `${line}\n`);
      if (bytes <= maxBytes) return;
      closeSync(file);
      file = null;
      renameSync(path, `${path}.1`);
      file = openSync(path, "a", 0o600);
      bytes = 0;
    } catch {
      // Nowhere to write it; whoever watches the disk sees the trouble elsewhere.
    }
  };
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return { path, append, close };
}
