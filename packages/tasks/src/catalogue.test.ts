import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { TASK_QUEUES } from "@drumline/core/queue";
import type { ArgsOf, HandlersFor } from "@drumline/core/task";
import { describe, expect, it } from "@jest/globals";

import {
  catalogue,
  type drumlineTasks,
  type ecomnowTasks,
  findTask,
  InvalidTaskArgs,
  omsTasks,
  parseTaskArgs,
  requireTask,
  scheduleEntries,
  UnknownTask,
} from "./index.ts";

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
    expect(schedules).toHaveLength(19);
    expect(schedules.flatMap(({ warnings, from }) => warnings.concat(from))).toEqual([]);
  });

  it("has exactly the built tasks to be handled", () => {
    type Handlers = HandlersFor<typeof omsTasks & typeof ecomnowTasks & typeof drumlineTasks, object, object>;
    const names: Record<keyof Handlers, true> = {
      "oms.orders.tasks.get_orders_from_omnitron": true,
      "oms.orders.tasks.process_cancellation_plans": true,
      "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages": true,
      "oms.fulfilment.tasks.fulfil_waiting_orders": true,
      "oms.fulfilment.tasks.fulfil_replaning_orders": true,
      "oms.fulfilment.tasks.retry_out_of_stock_packages": true,
      "oms.fulfilment.tasks.retry_out_of_stock_transfers": true,
      "oms.fulfilment.tasks.update_order_execution_plan_context": true,
      "oms.reservations.tasks.clear_inventory_discrepancies": true,
      "oms.shipments.tasks.auto_run_ship_the_package_command": true,
      "oms.shipments.tasks.update_all_seven_days_tracking_information": true,
      "oms.shipments.tasks.update_all_tracking_information": true,
      "oms.shipments.tasks.update_all_transfer_order_tracking_information": true,
      "django_audit_events.tasks.archive_old_audit_events": true,
      "oms.base.tasks.db_maintenance": true,
      "oms.integrations.tasks.delete_old_webhook_request_records": true,
      "whisperer.tasks.trigger_event_queue_events": true,
      "whisperer.tasks.undelivered_event_scanner": true,
      UpdateProductsInventoryAndCBPVendors: true,
      DeleteInactiveProducts: true,
      RefundUpdates: true,
      RebuildCategoriesIfNeeded: true,
      eComNowClientsApiIntegrations: true,
      Boxout: true,
      UserNoLongerInPlatform: true,
      UserNotEnabledInAnyPlatform: true,
      UserNotLoggedInPlatform: true,
      PerformUserAudit: true,
      ApiStatusCheck: true,
      "drumline.maintenance.tasks.delete_old_records": true,
    };
    const built = catalogue.filter((definition) => definition.built).map(({ name }) => name);
    expect(built.toSorted()).toEqual(Object.keys(names).toSorted());
  });
});

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
