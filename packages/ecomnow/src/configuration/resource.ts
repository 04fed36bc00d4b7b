import { DrumlineError } from "@drumline/core/errors";
import type { Database, Transaction } from "@drumline/db";
import type { AddressGuard } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";
import type { z } from "zod";

/** What is wrong with one field of what a person sent; `where` is its path. */
export interface FieldProblem {
  readonly where: string;
  readonly problem: string;
  /** Of the character at fault, where the field is a text of a language. */
  readonly position?: number;
}

/** What configuration is judged with, besides its own form. */
export interface ConfigurationRules {
  /** Where URLs of vendors, clients and watched APIs may lead, as the worker will judge. */
  readonly guard: AddressGuard;
  readonly box: SecretBox;
}

/** A row as it may be shown. */
export interface ConfiguredRow {
  readonly id: bigint;
  readonly version: number;
}

/** One kind of configuration: its form, and what can be done with its rows. */
export interface Resource<New extends object, Patch extends object, Filter extends object, View extends ConfiguredRow> {
  /** As messages call one. */
  readonly noun: string;
  /** As the audit calls one. */
  readonly entityType: string;
  readonly view: z.ZodObject;
  readonly newBody: z.ZodType<New>;
  /** Without its version. */
  readonly patchBody: z.ZodObject<z.ZodRawShape, z.core.$strict>;
  readonly filter: z.ZodObject<z.ZodRawShape>;
  /** By id, after the one named. */
  load(db: Database, filter: Filter, after: bigint | null, limit: number): Promise<View[]>;
  find(db: Database | Transaction, id: bigint): Promise<View | null>;
  /** Throws `RefusedConfiguration` with everything that is wrong, `ConfigurationExists`. */
  create(tx: Transaction, given: New, rules: ConfigurationRules): Promise<View>;
  /**
   * Null where there is none. What is left out stays. Throws `ConfigurationChanged`, `RefusedConfiguration`,
   * `ConfigurationExists`.
   */
  update(
    tx: Transaction,
    change: { readonly id: bigint; readonly version: number; readonly patch: Patch },
    rules: ConfigurationRules,
  ): Promise<{ readonly before: View; readonly after: View } | null>;
  /** Null where there is none. Throws `ConfigurationChanged`, and `ConfigurationInUse` where rows hang on it. */
  remove(tx: Transaction, id: bigint, version: number | undefined): Promise<View | null>;
}

/** What was sent cannot be taken; nothing was changed. */
export class RefusedConfiguration extends DrumlineError {
  readonly problems: readonly FieldProblem[];
  constructor(noun: string, problems: readonly FieldProblem[]) {
    const all = problems.map(({ where, problem }) => `${where}: ${problem}`).join("; ");
    super(`this cannot be a ${noun}: ${all}`, { code: "REFUSED_CONFIGURATION" });
    this.problems = problems;
  }
}

export class ConfigurationExists extends DrumlineError {
  constructor(what: string) {
    super(`there is ${what} already; change that one`, { code: "CONFIGURATION_EXISTS" });
  }
}

export class ConfigurationChanged extends DrumlineError {
  readonly currentVersion: number;
  constructor(what: string, currentVersion: number) {
    super(`${what} is of version ${currentVersion} by now; look at it again`, { code: "CONFIGURATION_CHANGED" });
    this.currentVersion = currentVersion;
  }
}

export class ConfigurationInUse extends DrumlineError {
  constructor(what: string, why: string) {
    super(`${what} cannot be deleted: ${why}`, { code: "CONFIGURATION_IN_USE" });
  }
}

/** Throws `RefusedConfiguration` unless nothing is wrong. */
export function refuse(noun: string, problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new RefusedConfiguration(noun, problems);
}

/** Throws `ConfigurationChanged` for a version that was looked at and is no more. */
export function requireVersion(what: string, row: ConfiguredRow, version: number | undefined): void {
  if (version !== undefined && row.version !== version) throw new ConfigurationChanged(what, row.version);
}

/** What `work` makes, or `ConfigurationExists` where a unique key says that it is there. */
export async function orExists<Made>(what: string, work: Promise<Made>): Promise<Made> {
  try {
    return await work;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_KEY) throw new ConfigurationExists(what);
    throw error;
  }
}

/** Prisma's word for a row that is there already. */
const UNIQUE_KEY = "P2002";
