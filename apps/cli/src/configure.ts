import type { Command } from "commander";

/** Gives a command its arguments, options and action. */
export type Configure = (command: Command) => void;
