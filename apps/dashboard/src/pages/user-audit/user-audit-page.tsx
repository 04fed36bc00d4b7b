import "./user-audit.css";

import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { SelectionBar } from "../../parts/selection-bar.tsx";
import { useSelection } from "../../parts/selection.ts";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { ApplyPreview } from "./apply-preview.tsx";
import { type Action, CHOICES, type Finding, labelOf } from "./audit-actions.ts";
import { FindingCard } from "./finding-card.tsx";
import { HeldCycles } from "./held-cycles.tsx";
import { type AuditLane, useFindings } from "./use-findings.ts";

const route = getRouteApi("/user-audit");

const FIELDS: readonly FilterField[] = [
  {
    name: "auditType",
    about: "Why the user was found",
    options: ["UserNoLongerInPlatform", "UserNotEnabledInAnyPlatform", "UserNotLoggedInPlatform"],
  },
  { name: "platform", about: "Whose user" },
  { name: "q", about: "Part of the name or the e-mail address" },
];

/** Users that the audit found: what is to be done about each is decided here, looked at once more, and applied. */
export function UserAuditPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [isApplying, setIsApplying] = useState(false);
  const { lanes, error, refetch } = useFindings(filter, isApplying);
  return (
    <>
      <PageHeader title="User audit">
        j and k move, 1 to 6 choose what is done, 0 takes it back, x selects, a applies what is decided.
      </PageHeader>
      <HeldCycles />
      <FilterBar
        fields={FIELDS}
        values={filter}
        onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      />
      {lanes === undefined && error === null && <Loading what="findings" />}
      {lanes === undefined && error !== null && <ErrorState what="The findings" error={error} onRetry={refetch} />}
      {lanes !== undefined && (
        <Lanes lanes={lanes} onApplying={setIsApplying} isFiltered={Object.values(filter).some(Boolean)} />
      )}
    </>
  );
}

interface LanesProps {
  readonly lanes: readonly AuditLane[];
  readonly isFiltered: boolean;
  readonly onApplying: (isApplying: boolean) => void;
}

function Lanes({ lanes, isFiltered, onApplying }: LanesProps) {
  const queries = useQueryClient();
  const selection = useSelection();
  const mayDecide = useMay("operator");
  const frame = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const [isPreviewed, setIsPreviewed] = useState(false);
  const all = lanes.flatMap(({ findings }) => findings);
  const decided = lanes[1]!.findings.filter(({ actionStatus }) => actionStatus === "PENDING");
  const ids = all.map(({ id }) => id);

  const move = (by: 1 | -1) => {
    const at = active === null ? -1 : ids.indexOf(active);
    focus(ids[at === -1 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))]);
  };
  const focus = (id: string | undefined) => {
    if (id === undefined) return;
    setActive(id);
    const card = frame.current?.querySelector<HTMLElement>(`[data-key="${id}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  };
  const choose = async (findings: readonly Finding[], action: Action) => {
    if (findings.length === 0) return;
    // Who decides one after the other need not wait for the answer: the next of the lane is there at once.
    const lane = lanes.find((one) => one.findings.some(({ id }) => id === findings[0]!.id));
    const rest = lane?.findings.filter(({ id }) => !findings.some((one) => one.id === id)) ?? [];
    const at = lane?.findings.findIndex(({ id }) => id === findings[0]!.id) ?? 0;
    const before = findings[0]!.action;
    focus((rest[at] ?? rest.at(-1))?.id);
    try {
      const versions = Object.fromEntries(findings.map(({ id, version }) => [id, version]));
      const body = { ids: findings.map(({ id }) => id), action, versions };
      const { set, items } = await dataOf(api.PATCH("/api/v1/user-audits", { body }));
      const refused = items.find(({ problem }) => problem !== null);
      if (refused !== undefined) showFailed(`${items.length - set} not chosen`, new Error(refused.problem!));
      else if (findings.length > 1) showDone(`${set} × ${labelOf(action)}`, () => choose(findings, before));
      selection.clear();
    } catch (error) {
      showFailed("It was not chosen", error);
    }
    await queries.invalidateQueries({ queryKey: ["user-audits"] });
  };
  const chosen = (): Finding[] => {
    const wanted = selection.keys.length > 0 ? selection.keys : active === null ? [] : [active];
    return all.filter(({ id }) => wanted.includes(id));
  };
  useKeys(
    "Findings",
    [
      { keys: "j", label: "Next finding", run: () => move(1) },
      { keys: "k", label: "Finding before", run: () => move(-1) },
      { keys: "x", label: "Select", run: () => void (active !== null && selection.toggle(active)) },
      { keys: "⇧x", label: "Select up to here", run: () => void (active !== null && selection.extend(active, ids)) },
      { keys: "Escape", label: "Select nothing", run: () => selection.clear() },
      ...(mayDecide
        ? [
            ...CHOICES.map(({ key, label, action }) => ({
              keys: key,
              label,
              run: () => void choose(chosen(), action),
            })),
            { keys: "0", label: "Nothing is to be done", run: () => void choose(chosen(), "NONE" as const) },
            { keys: "a", label: "Apply what is decided", run: () => setIsPreviewed(decided.length > 0) },
          ]
        : []),
    ],
    !isPreviewed,
  );
  return (
    <>
      <div className="audit-lanes" ref={frame}>
        {lanes.map((lane, index) => (
          <section key={lane.title} className="panel" aria-label={lane.title}>
            <div className="panel-head">
              <h2>{lane.title}</h2>
              <span className="meta">
                {lane.findings.length}
                {lane.hasMore && "+"}
              </span>
              {index === 1 && mayDecide && (
                <Button
                  size="compact-xs"
                  ml="auto"
                  disabled={decided.length === 0}
                  onClick={() => setIsPreviewed(true)}
                >
                  Preview and apply
                </Button>
              )}
            </div>
            {lane.findings.length === 0 && (
              <p className="meta panel-body">{isFiltered ? "None that match the filter." : lane.about}</p>
            )}
            <ul>
              {lane.findings.map((finding) => (
                <FindingCard
                  key={finding.id}
                  finding={finding}
                  isActive={active === finding.id}
                  isSelected={selection.has(finding.id)}
                  mayDecide={mayDecide}
                  onActivate={() => setActive(finding.id)}
                  onToggle={() => selection.toggle(finding.id)}
                  onChoose={(action) => void choose([finding], action)}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {mayDecide && (
        <SelectionBar selection={selection}>
          {CHOICES.map(({ action, label }) => (
            <Button key={action} size="compact-sm" variant="default" onClick={() => void choose(chosen(), action)}>
              {label}
            </Button>
          ))}
        </SelectionBar>
      )}
      <ApplyPreview
        opened={isPreviewed}
        onClose={() => setIsPreviewed(false)}
        decided={decided}
        onStarted={() => onApplying(true)}
      />
    </>
  );
}
