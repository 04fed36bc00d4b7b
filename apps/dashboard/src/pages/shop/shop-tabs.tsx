import { type AreaTab, AreaTabs } from "../../parts/area-tabs.tsx";

const TABS: readonly AreaTab[] = [
  { to: "/shop", label: "Orders" },
  { to: "/shop/payments", label: "Payments" },
  { to: "/shop/refunds", label: "Refunds" },
  { to: "/shop/products", label: "Products" },
  { to: "/shop/leads", label: "Leads" },
  { to: "/shop/notices", label: "Notices" },
  { to: "/shop/subscriptions", label: "Subscriptions" },
];

export const ShopTabs = () => <AreaTabs label="Shop" tabs={TABS} />;
