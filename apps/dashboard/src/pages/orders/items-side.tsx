import type { Schemas } from "../../client/api.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { MinorMoney } from "./minor-money.tsx";
import { toneOf } from "./order-states.ts";

type Order = Schemas["OmsOrder"];

/** The items, with where each unit is. */
export function ItemsSide({ items, currency }: Pick<Order, "items" | "currency">) {
  return (
    <section className="panel" aria-label="Items">
      <div className="panel-head">
        <h2>Items</h2>
      </div>
      <ul className="items">
        {items.map((item) => (
          <li key={item.orderItemId}>
            <div className="row item-head">
              <span>
                {item.quantity} × <span className="name">{item.sku}</span>
              </span>
              <MinorMoney minor={item.priceMinor} currency={currency} />
            </div>
            {item.name !== item.sku && <div className="meta">{item.name}</div>}
            {item.where.map(({ package: number, location, state, units, transfer }) => (
              <div key={number} className="row item-place">
                <span>
                  {units} at {location} <span className="meta">{number}</span>
                </span>
                <StatusBadge tone={toneOf(state)} word={toWord(state)} />
                {transfer !== null && (
                  <span className="meta">
                    {transfer.units} from {transfer.source}: {toWord(transfer.state).toLowerCase()}
                  </span>
                )}
              </div>
            ))}
            {item.unplaced > 0 && <StatusBadge tone="late" word={`${item.unplaced} in no package`} />}
            {item.cancelled > 0 && <div className="meta">{item.cancelled} cancelled</div>}
          </li>
        ))}
      </ul>
    </section>
  );
}
