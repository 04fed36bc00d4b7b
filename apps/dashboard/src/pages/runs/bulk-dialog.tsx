import { Button, Group, Modal, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { ErrorState, Loading } from "../../parts/states.tsx";
import { type BulkProgress, type BulkWish, MOST_AT_ONCE, runBulk } from "./bulk-actions.ts";
import { loadBulkPreview } from "./bulk-preview.ts";

type RunsWish = Extract<BulkWish, { action: "retry" | "cancel" }>;

interface BulkDialogProps {
  /** Null while the dialog is closed. */
  readonly wish: BulkWish | null;
  readonly title: string;
  readonly onClose: () => void;
}

/** Says what will happen and what not, does it, and says what came of it. */
export function BulkDialog({ wish, title, onClose }: BulkDialogProps) {
  return (
    <Modal opened={wish !== null} onClose={onClose} title={title}>
      {wish !== null && (wish.action === "retry" || wish.action === "cancel") && <Bulk wish={wish} onClose={onClose} />}
    </Modal>
  );
}

const DONE_WORDS = { retry: "started once more", cancel: "cancelled, or told to stop" } as const;

function Bulk({ wish, onClose }: { wish: RunsWish; onClose: () => void }) {
  const preview = useQuery({ queryKey: ["bulk-preview", wish], queryFn: () => loadBulkPreview(wish), gcTime: 0 });
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  const [isOver, setIsOver] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const abort = useRef(new AbortController());
  // Closing the dialog ends what is not begun.
  useEffect(() => () => abort.current.abort(), []);
  const start = async () => {
    abort.current = new AbortController();
    try {
      await runBulk(wish, setProgress, abort.current.signal);
    } catch (error) {
      if (!abort.current.signal.aborted) setFailed(error);
    } finally {
      setIsOver(true);
    }
  };
  if (preview.isError)
    return <ErrorState what="What would happen" error={preview.error} onRetry={() => void preview.refetch()} />;
  if (failed !== null) return <ErrorState what="What came of it" error={failed} />;
  if (preview.data === undefined) return <Loading what="what would happen" rows={2} />;
  const { matched, can } = preview.data;
  if (progress !== null)
    return (
      <Outcome wish={wish} progress={progress} isOver={isOver} onStop={() => abort.current.abort()} onClose={onClose} />
    );
  const verb = wish.action === "retry" ? "Retry" : "Cancel";
  return (
    <div className="stack">
      <dl className="bulk-counts">
        <div>
          <dt>match</dt>
          <dd>{matched.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>can be {wish.action === "retry" ? "retried" : "cancelled"}</dt>
          <dd>{can.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>{wish.action === "retry" ? "have not ended" : "have ended already"}</dt>
          <dd>{(matched - can).toLocaleString("en")}</dd>
        </div>
      </dl>
      <p className="meta">
        {wish.action === "retry"
          ? "Each becomes a run of its own with the same arguments; what failed stays on record, and no schedule moves. Runs of the same task and arguments are started once."
          : "Those that wait end at once; those under way stop at their next safe point, and keep what they have done."}
        {matched > MOST_AT_ONCE &&
          ` The newest ${MOST_AT_ONCE.toLocaleString("en")} are taken; narrow the time for the others.`}
      </p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Leave them
        </Button>
        <Button disabled={can === 0} onClick={() => void start()} data-autofocus>
          {verb} {Math.min(can, MOST_AT_ONCE).toLocaleString("en")}
        </Button>
      </Group>
    </div>
  );
}

interface OutcomeProps {
  readonly wish: RunsWish;
  readonly progress: BulkProgress;
  readonly isOver: boolean;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

function Outcome({ wish, progress, isOver, onStop, onClose }: OutcomeProps) {
  const { total, done, skipped, failed, firstFailure } = progress;
  const settled = done + skipped + failed;
  return (
    <div className="stack">
      <Progress value={total === 0 ? 100 : (settled / total) * 100} aria-label="Progress" />
      <dl className="bulk-counts" aria-live="polite">
        <div>
          <dt>{DONE_WORDS[wish.action]}</dt>
          <dd>{done.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>nothing to do</dt>
          <dd>{skipped.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>refused</dt>
          <dd>{failed.toLocaleString("en")}</dd>
        </div>
      </dl>
      {firstFailure !== null && <p className="form-problem">{firstFailure}</p>}
      {isOver && settled < total && (
        <p className="notice">Stopped: {(total - settled).toLocaleString("en")} were left as they are.</p>
      )}
      <Group justify="flex-end" gap="xs">
        {isOver ? (
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        ) : (
          <Button variant="default" onClick={onStop}>
            Stop here
          </Button>
        )}
      </Group>
    </div>
  );
}
