import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Two orders of one person, the second paid in two parts and approved first; a third without items or payment. */
const TABLES: Record<string, string> = {
  orders: `order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date
late,c1,delivered,2018-05-22 10:59:50,2018-05-23 08:00:00,2018-05-25 10:00:00,2018-05-24 09:00:00
early,c2,delivered,2018-05-22 11:00:00,2018-05-22 12:00:00,2018-05-22 09:00:00,2018-05-30 12:00:00
bare,c3,unavailable,2018-05-22 11:30:00,,,
`,
  order_items: `order_id,order_item_id,product_id,seller_id,price,freight_value
early,2,p1,s2,10.00,1.50
early,1,p1,s1,35.90,15.20
late,1,p1,s1,35.9,15.20
`,
  order_payments: `order_id,payment_sequential,payment_type,payment_installments,payment_value
early,1,voucher,1,2.60
early,2,credit_card,3,60.00
`,
  customers: `customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
c1,ana,01310,sao paulo,SP
c2,ana,01310,sao paulo,SP
c3,bia,09080,"sp / sp",SP
`,
  sellers: `seller_id,seller_zip_code_prefix,seller_city,seller_state
s2,29156,4482255,RJ
s1,09080,santo andre,SP
`,
  products: `product_id,product_category_name,product_category_name_english
p1,consoles_games,consoles_games
p2,,
`,
};

/** A folder in the Olist layout, gzipped; `changes` puts other text in the place of a table, null leaves it out. */
export function writeOlistFixture(changes: Record<string, string | null> = {}): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-olist-"));
  for (const [name, text] of Object.entries({ ...TABLES, ...changes })) {
    if (text !== null) writeFileSync(join(folder, `${name}.csv.gz`), gzipSync(text));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** The fixture's table with `found` replaced. */
export function tableWith(name: string, found: string, replacement: string): string {
  const table = TABLES[name]!;
  if (!table.includes(found)) throw new Error(`the fixture's ${name} does not hold ${found}`);
  return table.replace(found, replacement);
}
