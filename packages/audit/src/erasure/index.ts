export { type ErasedRows, erasePerson, type Erasure } from "./erase-person.ts";
