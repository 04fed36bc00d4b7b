import type { LeadStop } from "../leads/index.ts";
import type { AwaitingPerson } from "../subscriptions/awaiting-people.sql.ts";
import type { DueNotice } from "./claim-notices.sql.ts";
import type { MailFacts } from "../notifications/template-data.ts";

/** Whom a notice is for. */
export interface Addressee {
  readonly email: string | null;
  readonly locale: string;
  /** IANA; null: the shop's. */
  readonly timeZone: string | null;
}

/** All that is decided by, and written from. */
export interface NoticeFacts {
  readonly notice: DueNotice;
  /** Null where what it is about is not there. */
  readonly addressee: Addressee | null;
  /** Lists that must not reach the address. */
  readonly suppressedLists: ReadonlySet<string>;
  readonly orderStatus: string | null;
  readonly parcelStatus: string | null;
  /** Other kinds that are told, or are about to be, of the same parcel. */
  readonly otherKinds: readonly string[];
  readonly leadStop: LeadStop | null;
  readonly awaiting: AwaitingPerson | null;
  readonly mail: MailFacts;
}
