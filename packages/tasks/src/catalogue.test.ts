import { MINUTE_MS } from "@drumline/core/clock";
import { TASK_QUEUES } from "@drumline/core/queue";
import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { type ArgsOf, defineTask, type HandlersFor, type TaskDefinition } from "@drumline/core/task";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

import {
  catalogue,
  findTask,
  InvalidTaskArgs,
  omsTasks,
  parseTaskArgs,
  requireTask,
  scheduleEntries,
  UnknownTask,
} from "./index.ts";
import { keyByName } from "./key-by-name.ts";

describe("the catalogue", () => {
  it("names every task, entry and env key once", () => {
    for (const names of [
      catalogue.map(({ name }) => name),
      scheduleEntries().map(({ entry }) => entry.key),
      scheduleEntries().map(({ entry }) => entry.envKey),
    ])
      expect(new Set(names).size).toBe(names.length);
  });

  it.each(catalogue.map((definition) => [definition.name, definition] as const))(
    "describes %s well",
    (_, definition) => {
      expect(definition.summary).toMatch(/^[A-Z].*[a-z]\.$/);
      expect(TASK_QUEUES).toContain(definition.queue);
      expect(definition.policies.timeoutMs).toBeGreaterThanOrEqual(60_000);
      if (definition.entry !== null)
        expect(parseTaskArgs(definition, definition.entry.kwargs)).toEqual(definition.entry.kwargs);
    },
  );

  it("resolves every entry without a word of complaint when no env key is set", () => {
    const { schedules, problems } = resolveEnvSchedules(catalogue, {});
    expect(problems).toEqual([]);
    expect(schedules.map(({ key }) => key)).toEqual(scheduleEntries().map(({ entry }) => entry.key));
    expect(schedules.flatMap(({ warnings, from }) => warnings.concat(from))).toEqual([]);
  });

  it("keeps every name that rows, env files and other systems may know", () => {
    expect(catalogue.map(({ name }) => name)).toEqual(expect.arrayContaining(PUBLISHED_NAMES));
  });

  it("asks for a handler of each task that is built, and of no other", () => {
    const spec = { queue: "oms", summary: "Tries.", args: z.strictObject({}), timeoutMs: MINUTE_MS } as const;
    const tasks = keyByName([
      defineTask({ ...spec, name: "written", built: true }),
      defineTask({ ...spec, name: "planned", built: false }),
    ]);
    const names: Record<keyof HandlersFor<typeof tasks, object, object>, true> = { written: true };
    expect(Object.keys(names)).toEqual(
      Object.values<TaskDefinition>(tasks).flatMap((task) => (task.built ? [task.name] : [])),
    );
  });
});

/** A name that was published stays. A new task need not be added. */
const PUBLISHED_NAMES = [
  "oms.orders.tasks.get_orders_from_omnitron",
  "oms.orders.tasks.process_cancellation_plans",
  "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages",
  "oms.fulfilment.tasks.fulfil_waiting_orders",
  "oms.fulfilment.tasks.fulfil_replaning_orders",
  "oms.fulfilment.tasks.retry_out_of_stock_packages",
  "oms.fulfilment.tasks.retry_out_of_stock_transfers",
  "oms.fulfilment.tasks.update_order_execution_plan_context",
  "oms.reservations.tasks.clear_inventory_discrepancies",
  "oms.shipments.tasks.auto_run_ship_the_package_command",
  "oms.shipments.tasks.update_all_seven_days_tracking_information",
  "oms.shipments.tasks.update_all_tracking_information",
  "oms.shipments.tasks.update_all_transfer_order_tracking_information",
  "django_audit_events.tasks.archive_old_audit_events",
  "oms.base.tasks.db_maintenance",
  "oms.integrations.tasks.delete_old_webhook_request_records",
  "whisperer.tasks.trigger_event_queue_events",
  "whisperer.tasks.undelivered_event_scanner",
  "UpdateProductsInventoryAndCBPVendors",
  "DeleteInactiveProducts",
  "RefundUpdates",
  "RebuildCategoriesIfNeeded",
  "eComNowClientsApiIntegrations",
  "Boxout",
  "UserNoLongerInPlatform",
  "UserNotEnabledInAnyPlatform",
  "UserNotLoggedInPlatform",
  "PerformUserAudit",
  "ApiStatusCheck",
  "drumline.maintenance.tasks.delete_old_records",
];

describe("finding a task", () => {
  it("finds by wire name, odd spelling included", () => {
    expect(requireTask("oms.fulfilment.tasks.fulfil_replaning_orders").entry?.key).toBe("fulfil-replanning-orders");
    expect(findTask("oms.fulfilment.tasks.fulfil_replanning_orders")).toBeUndefined();
  });

  it("says which task was meant, and lists all", () => {
    const find = () => requireTask("oms.fulfilment.tasks.fulfil_replanning_orders");
    expect(find).toThrow(UnknownTask);
    expect(find).toThrow(/did you mean oms\.fulfilment\.tasks\.fulfil_replaning_orders\?[^]*whisperer\.tasks/);
  });

  it.each(["constructor", "__proto__", ""])("does not take %j for a task", (name) => {
    expect(findTask(name)).toBeUndefined();
  });
});

describe("task arguments", () => {
  const archive = omsTasks["django_audit_events.tasks.archive_old_audit_events"];

  it("are read with their own type", () => {
    const args: ArgsOf<typeof archive> = parseTaskArgs(archive, { older_than: 90 });
    expect(args.older_than).toBe(90);
  });

  it("are refused with every place that is wrong", () => {
    expect.assertions(2);
    try {
      parseTaskArgs(archive, { older_than: "120", newer_than: 1 });
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidTaskArgs);
      expect((error as InvalidTaskArgs).message).toMatch(
        /archive_old_audit_events:\n {2}older_than: .*number.*\n {2}arguments: .*newer_than/,
      );
    }
  });

  it.each([null, [], "{}", 7, { older_than: 0 }, { older_than: 1.5 }, {}])("are refused as %j", (raw) => {
    expect(() => parseTaskArgs(archive, raw)).toThrow(InvalidTaskArgs);
  });
});
