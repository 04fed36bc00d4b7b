import { Button, JsonInput, Select, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { showFailed } from "../../parts/toasts.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { IntegrationTabs } from "./integration-tabs.tsx";

const route = getRouteApi("/integration/transformers");
const EXAMPLE = '{\n  "id": 7,\n  "lines": [{ "sku": "A", "pieces": 2 }]\n}';

interface Tested {
  readonly output: unknown;
  readonly error: { readonly message: string; readonly position: number | null } | null;
}

/** A JSONata expression tried on a record: the record on the left, what becomes of it on the right. */
export function TransformersPage() {
  const { transformer } = route.useSearch();
  const navigate = route.useNavigate();
  const mayTest = useMay("operator");
  const [expression, setExpression] = useState("$");
  const [record, setRecord] = useState(EXAMPLE);
  const [tested, setTested] = useState<Tested | null>(null);
  const { isBusy, whileBusy } = useBusy();
  const { data } = useQuery({
    queryKey: ["integration-transformers"],
    queryFn: () => dataOf(api.GET("/api/v1/integration/transformers", { params: { query: { limit: 200 } } })),
  });
  const chosen = data?.items.find(({ identifier }) => identifier === transformer);
  useEffect(() => {
    if (chosen !== undefined) setExpression(chosen.expression);
  }, [chosen]);

  const input = parseRecord(record);
  const test = async () => {
    if (input === null) return;
    const body = { expression, input: input.value as never };
    try {
      setTested(await whileBusy(() => dataOf(api.POST("/api/v1/integration/transformers/test", { body }))));
    } catch (error) {
      showFailed("It was not tested", error);
    }
  };
  return (
    <>
      <PageHeader title="Integration" tab="Transformer test">
        Tries an expression on a record, in a process of its own. Nothing is saved and nothing is sent.
      </PageHeader>
      <IntegrationTabs />
      <div className="stack">
        <Select
          label="Transformer"
          description="Or write an expression below."
          placeholder="None"
          clearable
          searchable
          data={data?.items.map(({ identifier, name }) => ({ value: identifier, label: name })) ?? []}
          value={transformer ?? null}
          onChange={(next) => void navigate({ search: { transformer: next ?? undefined } })}
        />
        <Textarea
          label="Expression (JSONata)"
          value={expression}
          onChange={({ currentTarget }) => setExpression(currentTarget.value)}
          classNames={{ input: "mono" }}
          autosize
          minRows={3}
          maxRows={14}
          spellCheck={false}
        />
        <div className="two-sides">
          <JsonInput
            label="The record, as it came"
            value={record}
            onChange={setRecord}
            error={input === null ? "This is no JSON" : undefined}
            classNames={{ input: "mono" }}
            autosize
            minRows={12}
            maxRows={30}
            spellCheck={false}
          />
          <section aria-label="What becomes of it" aria-live="polite">
            <span className="side-title">What becomes of it</span>
            {tested === null && <p className="meta">Test it, and it appears here.</p>}
            {tested !== null && tested.error !== null && (
              <p className="form-problem" role="alert">
                {tested.error.message}
                {tested.error.position !== null && ` (at character ${tested.error.position})`}
              </p>
            )}
            {tested !== null && tested.error === null && <JsonView value={tested.output} label="The result" />}
          </section>
        </div>
        <div className="row">
          <Button disabled={input === null || !mayTest} loading={isBusy} onClick={() => void test()}>
            Test it
          </Button>
          {!mayTest && <span className="meta">Needs the role operator.</span>}
        </div>
      </div>
    </>
  );
}

function parseRecord(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
