import { Modal } from "@mantine/core";

import { CopyButton } from "../../parts/copy-button.tsx";

interface SecretDialogProps {
  readonly title: string;
  /** Shown this once; null closes the dialog. */
  readonly secret: string | null;
  readonly about: string;
  readonly onClose: () => void;
}

/** A link or a token, to be copied now or never. */
export function SecretDialog({ title, secret, about, onClose }: SecretDialogProps) {
  return (
    <Modal opened={secret !== null} onClose={onClose} title={title} lockScroll={false} closeOnClickOutside={false}>
      <div className="stack">
        <p>{about}</p>
        <p className="secret mono">{secret}</p>
        <div>
          <CopyButton text={secret ?? ""} />
        </div>
      </div>
    </Modal>
  );
}
