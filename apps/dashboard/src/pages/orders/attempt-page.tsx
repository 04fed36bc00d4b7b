import "./orders.css";
import "./why.css";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import IconChevronLeft from "@tabler/icons-react/icons/IconChevronLeft";
import IconChevronRight from "@tabler/icons-react/icons/IconChevronRight";

import { addressOf } from "../../client/address.ts";
import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { LocationMatrix } from "./location-matrix.tsx";
import { toneOf } from "./order-states.ts";
import { RuleFunnel } from "./rule-funnel.tsx";

type Attempt = Schemas["OmsPlanAttempt"];

const route = getRouteApi("/orders/$number/attempts/$no");

/** Why an order was planned as it was: what was seen, by which rule each location fell, and what would have changed it. */
export function AttemptPage() {
  const { number, no } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["orders", number, "attempts", no],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/oms/orders/{id}/attempts/{no}", { params: { path: { id: number, no: Number(no) as never } } }),
      ),
  });
  if (data !== undefined) return <Why {...data} />;
  return (
    <>
      <PageHeader title={`Attempt ${no} of ${number}`} />
      {error === null ? (
        <Loading what="the attempt" />
      ) : (
        <ErrorState what="The attempt" error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

function Why(attempt: Attempt) {
  const { orderNumber: number, no, attempts, outcome, sentence, rules, isFull, winner } = attempt;
  const navigate = route.useNavigate();
  const at = attempts.indexOf(no);
  const goTo = (other: number | undefined) =>
    other !== undefined && void navigate({ to: "/orders/$number/attempts/$no", params: { number, no: String(other) } });
  useKeys("This attempt", [
    { keys: "[", label: "Attempt before", run: () => void goTo(attempts[at - 1]) },
    { keys: "]", label: "Next attempt", run: () => void goTo(attempts[at + 1]) },
    { keys: "u", label: "The order", run: () => void navigate({ to: "/orders/$number", params: { number } }) },
  ]);
  return (
    <div className="why-page">
      <PageHeader
        title={`Why was ${number} planned so?`}
        tab={`Why ${number}`}
        beside={<StatusBadge tone={toneOf(outcome)} word={toWord(outcome)} />}
        actions={
          <>
            <Button
              size="xs"
              variant="default"
              disabled={at <= 0}
              aria-label="Attempt before"
              onClick={() => void goTo(attempts[at - 1])}
            >
              <IconChevronLeft size={14} aria-hidden />
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={at === attempts.length - 1}
              aria-label="Next attempt"
              onClick={() => void goTo(attempts[at + 1])}
            >
              <IconChevronRight size={14} aria-hidden />
            </Button>
          </>
        }
      >
        <Link to="/orders/$number" params={{ number }}>
          Order {number}
        </Link>{" "}
        · attempt {no} of {attempts.at(-1)} · {toWord(attempt.trigger).toLowerCase()} ·{" "}
        <TimeText at={attempt.at} absolute />
        {attempt.runId !== null && (
          <>
            {" · "}
            <a href={addressOf(`runs/${attempt.runId}`)}>run</a>
          </>
        )}
        {attempt.scenario !== null && ` · scenario “${attempt.scenario}”`}
      </PageHeader>
      <p className="sentence">{sentence}</p>
      {winner !== null && <p className="meta">{winner.words}.</p>}
      {attempt.nextTries.map(({ package: name, state, at: next }) => (
        <p key={name} className="meta">
          {name} is {toWord(state).toLowerCase()} and is tried again <TimeText at={next} />.
        </p>
      ))}
      {!isFull && (
        <p className="meta">This attempt was recorded before every rule was kept: one reason a location is known.</p>
      )}
      {rules.length > 0 && (
        <div className="funnels">
          {rules.map((rule) => (
            <RuleFunnel key={rule.name} rule={rule} />
          ))}
        </div>
      )}
      <LocationMatrix attempt={attempt} />
      <TakenSince {...attempt} />
    </div>
  );
}

function TakenSince({ takenSince }: Attempt) {
  if (takenSince.length === 0) return null;
  return (
    <section>
      <h2 className="section">Taken since by other orders</h2>
      <ul className="plain">
        {takenSince.map(({ erpCode, sku, units, orderNumber, at }) => (
          <li key={`${erpCode} ${sku} ${orderNumber} ${at}`}>
            {units} × {sku} at {erpCode} for{" "}
            <Link to="/orders/$number" params={{ number: orderNumber }}>
              {orderNumber}
            </Link>{" "}
            <span className="meta">
              <TimeText at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
