import type { CarrierGateway, CarrierStatus, ParcelEvent } from "@drumline/outbound/carriers";

/** Carriers in memory: a parcel is what a test says it is, and every call is on record. */
export interface PlayedCarriers extends CarrierGateway {
  readonly announced: string[];
  readonly polled: string[];
  readonly calledBack: string[];
  /** What happens to a parcel next; an error is thrown at whoever asks. */
  say(trackingNumber: string, ...said: readonly (readonly [at: string, CarrierStatus])[]): void;
  fail(trackingNumber: string, error: Error | null): void;
}

export function playCarriers(): PlayedCarriers {
  const stories = new Map<string, ParcelEvent[]>();
  const failures = new Map<string, Error>();
  const announced: string[] = [];
  const polled: string[] = [];
  const calledBack: string[] = [];
  const storyOf = (number: string) => stories.get(number) ?? [];
  const statusOf = (number: string) => storyOf(number).at(-1)?.status ?? "CREATED";
  return {
    announced,
    polled,
    calledBack,
    say: (number, ...said) => {
      const events = said.map(([at, status]) => ({
        occurredAt: new Date(at),
        status,
        location: "hub",
        description: null,
      }));
      stories.set(number, [...storyOf(number), ...events]);
    },
    fail: (number, error) => void (error === null ? failures.delete(number) : failures.set(number, error)),
    announce: async ({ shipmentId }) => {
      announced.push(shipmentId);
      return { trackingNumber: `T-${shipmentId}`, awbNumber: `A-${shipmentId}`, labelUrl: null };
    },
    track: async (_carrier, number) => {
      polled.push(number);
      const failure = failures.get(number);
      if (failure !== undefined) throw failure;
      return { status: statusOf(number), events: storyOf(number) };
    },
    callBack: async (_carrier, number) => {
      calledBack.push(number);
      return statusOf(number);
    },
  };
}
