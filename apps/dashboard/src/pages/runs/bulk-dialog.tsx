import { Button, Group, Modal, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { queries } from "../../client/queries.ts";
import { ErrorState, Loading } from "../../parts/states.tsx";
import {
  abortBulk,
  type BulkAction,
  type BulkWish,
  loadBulkPreview,
  startBulk,
  useBulkAction,
} from "./bulk-actions.ts";

interface BulkDialogProps {
  /** Null while the dialog is closed. */
  readonly wish: BulkWish | null;
  readonly title: string;
  readonly onClose: () => void;
}

/** Says what will happen and what not, has it done, and says what came of it. */
export function BulkDialog({ wish, title, onClose }: BulkDialogProps) {
  return (
    <Modal opened={wish !== null} onClose={onClose} title={title}>
      {wish !== null && <Bulk wish={wish} onClose={onClose} />}
    </Modal>
  );
}

function Bulk({ wish, onClose }: { wish: BulkWish; onClose: () => void }) {
  const [id, setId] = useState<string | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const preview = useQuery({ queryKey: ["bulk-preview", wish], queryFn: () => loadBulkPreview(wish), gcTime: 0 });
  const action = useBulkAction(id);
  const isOver = action.data?.finishedAt != null;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: ["runs"] });
  }, [isOver]);
  const start = () => startBulk(wish).then((started) => setId(started.id), setFailed);
  if (failed !== null) return <ErrorState what="What came of it" error={failed} />;
  if (preview.isError)
    return <ErrorState what="What would happen" error={preview.error} onRetry={() => void preview.refetch()} />;
  if (preview.data === undefined) return <Loading what="what would happen" rows={2} />;
  if (id !== null)
    return action.data === undefined ? (
      <Loading what="how far it is" rows={2} />
    ) : (
      <Outcome action={action.data} onClose={onClose} />
    );
  const { matched, can, cannot, hasMore } = preview.data;
  const isRetry = wish.action === "runs.retry";
  const number = (count: number) => count.toLocaleString("en") + (hasMore ? "+" : "");
  return (
    <div className="stack">
      <dl className="bulk-counts">
        <Count name="match" count={number(matched)} />
        <Count name={isRetry ? "can be retried" : "can be cancelled"} count={number(can)} />
      </dl>
      {cannot.map(({ reason, count }) => (
        <p key={reason} className="meta">
          {count.toLocaleString("en")} not: {reason}
        </p>
      ))}
      <p className="meta">
        {isRetry
          ? "Each becomes a run of its own with the same arguments; what failed stays on record, and no schedule moves."
          : "Those that wait end at once; those under way stop at their next safe point, and keep what they have done."}
      </p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Leave them
        </Button>
        <Button disabled={can === 0} onClick={() => void start()} data-autofocus>
          {isRetry ? "Retry" : "Cancel"} {number(can)}
        </Button>
      </Group>
    </div>
  );
}

function Outcome({ action, onClose }: { action: BulkAction; onClose: () => void }) {
  const { id, matched, done, skipped, failed, state, error, finishedAt } = action;
  const isRetry = action.action === "runs.retry";
  return (
    <div className="stack">
      <Progress value={matched === 0 ? 0 : ((done + skipped + failed) / matched) * 100} aria-label="Progress" />
      <dl className="bulk-counts" aria-live="polite">
        <Count name={isRetry ? "started once more" : "cancelled, or told to stop"} count={done.toLocaleString("en")} />
        <Count name="nothing to do" count={skipped.toLocaleString("en")} />
        <Count name="refused" count={failed.toLocaleString("en")} />
      </dl>
      {error !== null && <p className="form-problem">{error}</p>}
      {state === "ABORTED" && <p className="notice">It was stopped; the others were left as they are.</p>}
      {finishedAt === null && <p className="meta">It goes on when this is closed.</p>}
      <Group justify="flex-end" gap="xs">
        {finishedAt === null && (
          <Button variant="default" onClick={() => void abortBulk(id)}>
            Stop here
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      </Group>
    </div>
  );
}

function Count({ name, count }: { name: string; count: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count}</dd>
    </div>
  );
}
