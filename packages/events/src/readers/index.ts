export { isWanted } from "./is-wanted.sql.ts";
export {
  countUnreadEvents,
  type EventReader,
  forgetReader,
  isUnread,
  type ReadEvent,
  takeEvents,
} from "./take-events.sql.ts";
