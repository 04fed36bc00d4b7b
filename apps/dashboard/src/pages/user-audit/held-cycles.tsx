import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { TYPE_WORDS } from "./audit-actions.ts";

/** Listings in which too many users were missing: nothing was concluded until a person says that they were right. */
export function HeldCycles() {
  const queries = useQueryClient();
  const mayDecide = useMay("operator");
  const { data } = useQuery({
    queryKey: ["user-audit-cycles", "HELD"],
    queryFn: () => dataOf(api.GET("/api/v1/user-audits/cycles", { params: { query: { status: "HELD" } as never } })),
  });
  const confirm = async (id: string, version: number) => {
    try {
      await dataOf(
        api.POST("/api/v1/user-audits/cycles/{id}/confirm", { params: { path: { id } }, body: { version } }),
      );
      showDone("The listing counts; start the audit again to have findings");
    } catch (error) {
      showFailed("It was not confirmed", error);
    }
    await queries.invalidateQueries({ queryKey: ["user-audit-cycles"] });
  };
  if (data === undefined || data.items.length === 0) return null;
  return (
    <ul className="reasons held-cycles">
      {data.items.map(({ id, version, auditType, platform, heldReason, listed, ofPlatform }) => (
        <li key={id} className="row">
          <span>
            <span className="name">
              {platform}: {TYPE_WORDS[auditType].toLowerCase()}
            </span>{" "}
            is held: {heldReason ?? "too many users were missing"}{" "}
            <span className="meta">
              ({ofPlatform} of {listed} users listed)
            </span>
          </span>
          {mayDecide && (
            <Button size="compact-xs" variant="default" onClick={() => void confirm(id, version)}>
              The listing is right
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
