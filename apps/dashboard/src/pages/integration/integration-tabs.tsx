import { type AreaTab, AreaTabs } from "../../parts/area-tabs.tsx";

const TABS: readonly AreaTab[] = [
  { to: "/integration", label: "Routes" },
  { to: "/integration/tasks", label: "Tasks" },
  { to: "/integration/processes", label: "Processes" },
  { to: "/integration/transformers", label: "Transformer test" },
  { to: "/integration/requests", label: "Webhook requests" },
];

export const IntegrationTabs = () => <AreaTabs label="Integration" tabs={TABS} />;
