export interface ReceivedMail {
  readonly id: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Null where it came as text alone. */
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST_MAILS = 5_000;

/** What went out, newest last. */
export interface Mailbox {
  add(mail: Omit<ReceivedMail, "id" | "receivedAt">): string;
  list(): readonly ReceivedMail[];
  /** Null where there is none of that id, or no longer. */
  find(id: string): ReceivedMail | null;
  clear(): void;
}

export function createMailbox(nowMs: () => number): Mailbox {
  let mails: ReceivedMail[] = [];
  let lastNo = 0;
  return {
    add: (mail) => {
      const id = `sandbox-${(lastNo += 1)}`;
      if (mails.length >= MOST_MAILS) mails = mails.slice(MOST_MAILS / 2);
      mails.push({ id, receivedAt: new Date(nowMs()).toISOString(), ...mail });
      return id;
    },
    list: () => mails,
    find: (id) => mails.find((mail) => mail.id === id) ?? null,
    clear: () => void (mails = []),
  };
}
