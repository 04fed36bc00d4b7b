import { Button, Group, Modal } from "@mantine/core";

import { api, dataOf } from "../../client/api.ts";
import { useMe } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { effectOf, type Finding, labelOf } from "./audit-actions.ts";

interface ApplyPreviewProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** All that wait to be applied: the task applies no fewer. */
  readonly decided: readonly Finding[];
  readonly onStarted: () => void;
}

/** What is going to happen to whom, before it does. */
export function ApplyPreview({ opened, onClose, decided, onStarted }: ApplyPreviewProps) {
  const { isBusy, whileBusy } = useBusy();
  const me = useMe().data;
  // Of one's own, what takes something from a user is for somebody else to apply.
  const isOwn = ({ awaitsConfirmation, actionSetBy }: Finding) => awaitsConfirmation && actionSetBy === me?.name;
  const applicable = decided.filter((finding) => !isOwn(finding));
  const own = decided.length - applicable.length;
  const apply = async () => {
    try {
      const ids = applicable.map(({ id }) => id);
      const versions = Object.fromEntries(applicable.map(({ id, version }) => [id, version]));
      await whileBusy(() => dataOf(api.POST("/api/v1/user-audits/apply", { body: { ids, versions } })));
      showDone(`Applying ${applicable.length} decisions`);
      onStarted();
      onClose();
    } catch (error) {
      showFailed("Nothing was applied", error);
    }
  };
  const final = applicable.filter(({ action }) => action.startsWith("DELETE")).length;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="What is going to be done"
      closeButtonProps={{ "aria-label": "Close" }}
      size="xl"
      lockScroll={false}
      centered
    >
      <div className="stack">
        <div className="preview table-frame" tabIndex={0} role="region" aria-label="Decisions">
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Platform</th>
                <th scope="col">Action</th>
                <th scope="col">Effect</th>
                <th scope="col">Last login</th>
                <th scope="col">Decided by</th>
              </tr>
            </thead>
            <tbody>
              {decided.map((finding) => {
                const { id, username, platform, action, lastLoginAt, actionSetBy } = finding;
                return (
                  <tr key={id}>
                    <th scope="row">{username}</th>
                    <td>{platform}</td>
                    <td>{labelOf(action)}</td>
                    <td>{effectOf(action)}</td>
                    <td>
                      <TimeText at={lastLoginAt} />
                    </td>
                    <td>{isOwn(finding) ? "you: waits for a second person" : actionSetBy}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {final > 0 && (
          <p className="form-problem">
            {final === 1 ? "One of them is" : `${final} of them are`} deleted, which cannot be undone.
          </p>
        )}
        {own > 0 && (
          <p className="meta">
            {own === 1 ? "One decision is" : `${own} decisions are`} your own. Users are disabled and deleted only where
            a second person wants it too: another operator or admin opens this and applies {own === 1 ? "it" : "them"}.
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={() => void apply()} loading={isBusy} disabled={applicable.length === 0} data-autofocus>
            Apply {applicable.length}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
