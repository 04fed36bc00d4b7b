import type { Order } from "../dataset.ts";
import { readTable } from "./read-table.ts";

export interface Customer {
  /** Position of the person among all; `customer_id` is one per order. */
  readonly pk: number;
  readonly address: Order["address"];
}

/** By `customer_id`, which is what orders refer to. */
export async function loadCustomers(folder: string): Promise<Map<string, Customer>> {
  const rows = [];
  const columns = ["customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"];
  for await (const row of readTable(folder, "customers", columns)) {
    rows.push({
      customerId: row.id("customer_id"),
      person: row.id("customer_unique_id"),
      address: {
        country: "BR",
        state: row.text("customer_state"),
        city: row.text("customer_city"),
        district: null,
        postcode: row.text("customer_zip_code_prefix"),
      },
    });
  }
  const people = [...new Set(rows.map(({ person }) => person))].sort();
  const pks = new Map(people.map((person, index) => [person, index + 1]));
  return new Map(rows.map(({ customerId, person, address }) => [customerId, { pk: pks.get(person)!, address }]));
}
