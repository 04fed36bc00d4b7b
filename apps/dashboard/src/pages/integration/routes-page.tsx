import { useQuery } from "@tanstack/react-query";

import { api, dataOf } from "../../client/api.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { IntegrationTabs } from "./integration-tabs.tsx";
import { RouteLine } from "./route-line.tsx";

const ALL = { params: { query: { limit: 200 } } };

/** Every route as a line of stations, with what waits at each: from where records come to where they go. */
export function IntegrationRoutesPage() {
  const routes = useQuery({
    queryKey: ["integration-routes"],
    queryFn: () => dataOf(api.GET("/api/v1/integration/routes", ALL)),
  });
  const parts = useQuery({ queryKey: ["integration-parts"], queryFn: loadParts });
  const counts = useQuery({
    queryKey: ["integration-counts"],
    queryFn: () => dataOf(api.GET("/api/v1/integration/task-counts")),
    refetchInterval: 10_000,
  });
  const { data, error, refetch } = routes;
  return (
    <>
      <PageHeader title="Integration">
        A record comes in, is mapped, waits as a task in the order of its entity, and goes out.
      </PageHeader>
      <IntegrationTabs />
      {data === undefined && error === null && <Loading what="routes" />}
      {data === undefined && error !== null && (
        <ErrorState what="The routes" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <Empty title="No routes">A route joins an incoming and an outgoing configuration; the api makes them.</Empty>
      )}
      {counts.error !== null && <ErrorState what="What waits" error={counts.error} />}
      <ol className="routes">
        {data?.items.map((route) => (
          <RouteLine
            key={route.identifier}
            route={route}
            incoming={parts.data?.incoming.get(route.incoming)}
            outgoing={parts.data?.outgoing.get(route.outgoing)}
            counts={counts.data?.items.filter((count) => count.route === route.identifier) ?? []}
          />
        ))}
      </ol>
    </>
  );
}

async function loadParts() {
  const [incoming, outgoing] = await Promise.all([
    dataOf(api.GET("/api/v1/integration/incoming", ALL)),
    dataOf(api.GET("/api/v1/integration/outgoing", ALL)),
  ]);
  return {
    incoming: new Map(incoming.items.map((item) => [item.identifier, item])),
    outgoing: new Map(outgoing.items.map((item) => [item.identifier, item])),
  };
}
