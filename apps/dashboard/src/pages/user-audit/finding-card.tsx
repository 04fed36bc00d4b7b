import { Checkbox } from "@mantine/core";

import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { type Action, CHOICES, type Finding, labelOf, STATUS_TONES, TYPE_WORDS } from "./audit-actions.ts";

interface FindingCardProps {
  readonly finding: Finding;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly mayDecide: boolean;
  readonly onActivate: () => void;
  readonly onToggle: () => void;
  readonly onChoose: (action: Action) => void;
}

/** One user that was found, why, and what is decided about it. */
export function FindingCard(props: FindingCardProps) {
  const { finding, isActive, isSelected, mayDecide, onActivate, onToggle, onChoose } = props;
  const { id, username, email, platform, auditType, months, awsEnabled, lastLoginAt, elsewhere } = finding;
  return (
    <li
      className="finding"
      data-key={id}
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      tabIndex={-1}
      onFocus={onActivate}
    >
      <div className="row">
        <Checkbox size="xs" checked={isSelected} onChange={onToggle} aria-label={`Select ${username}`} />
        <span className="name finding-name">{username}</span>
        <span className="meta">{platform}</span>
      </div>
      <div>
        {TYPE_WORDS[auditType]}
        {months !== null && ` for ${months} months`}
        {!awsEnabled && <span className="meta"> · disabled in AWS</span>}
      </div>
      <div className="meta">
        {email !== null && `${email} · `}last login <TimeText at={lastLoginAt} />
        {elsewhere.length > 0 && ` · also in ${elsewhere.join(", ")}`}
      </div>
      <Decision {...finding} />
      {mayDecide && (isWaiting(finding) || isActive) && finding.actionStatus !== "IN_PROGRESS" && (
        <div className="row finding-choices" role="group" aria-label={`What to do about ${username}`}>
          {CHOICES.filter(({ action }) => action !== "REMINDER_SENT" || auditType === "UserNotLoggedInPlatform").map(
            ({ action, key, label }) => (
              <button
                key={action}
                type="button"
                className="choice"
                aria-pressed={finding.action === action}
                onClick={() => onChoose(finding.action === action ? "NONE" : action)}
              >
                <kbd aria-hidden>{key}</kbd> {label}
              </button>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** Of what is done a new choice is a new decision; it is offered to who stops there. */
const isWaiting = ({ actionStatus }: Finding): boolean => actionStatus === "NONE" || actionStatus === "PENDING";

function Decision(finding: Finding) {
  const { action, actionStatus, actionSetBy, actionSetAt, confirmedBy, awaitsConfirmation, result, performedAt } =
    finding;
  if (actionStatus === "NONE") return null;
  return (
    <div className="row">
      <StatusBadge
        tone={STATUS_TONES[actionStatus]}
        word={`${labelOf(action)}: ${toWord(actionStatus).toLowerCase()}`}
      />
      <span className="meta">
        {actionSetBy !== null && `by ${actionSetBy} `}
        {confirmedBy !== null && `and ${confirmedBy} `}
        <TimeText at={performedAt ?? actionSetAt} />
        {awaitsConfirmation && " · waits for a second person"}
        {result !== null && `: ${result}`}
      </span>
    </div>
  );
}
