export { createRecordReader, type JsonRecord, type RecordLimits, type RecordReader } from "./record-reader.ts";
