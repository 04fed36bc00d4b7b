export { isMailAddress } from "./address.ts";
export {
  loadMail,
  loadUnsettledKeys,
  loadUnsettledOfKinds,
  MAIL_STATUSES,
  type MailStatus,
  type NewMail,
  queueMails,
  type RecordedMail,
  type UnsettledMail,
  withdrawMail,
} from "./mail.sql.ts";
export {
  MailAccountRefused,
  type Mailer,
  type MailMessage,
  MailNotSent,
  MailOutcomeUnknown,
  MailRefused,
} from "./port.ts";
export { mailRetentionSettings, toMailRetention } from "./retention.ts";
export { loadMailById, loadMails, type MailFilter, type MailRow, settleMail, type Settlement } from "./settle-mail.ts";
export { createMailer, type MailerOptions } from "./ses.ts";
export { sendRecordedMail, type Sender } from "./send-recorded-mail.ts";
