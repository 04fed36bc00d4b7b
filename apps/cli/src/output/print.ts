import { toPrintable } from "@drumline/core/log";

/** On standard output: what was asked for. The words of an outside system in it steer no terminal. */
export const print = (text: string): void => void process.stdout.write(`${toPrintable(text)}\n`);

/** On standard error: what is said about it. */
export const printAside = (text: string): void => void process.stderr.write(`${toPrintable(text)}\n`);
