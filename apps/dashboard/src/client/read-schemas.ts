import { z } from "zod";

// Compiling a schema is what the policy forbids, and trying to is an error in the console. A schema asks when it is made,
// so this stands before the first one.
z.config({ jitless: true });
