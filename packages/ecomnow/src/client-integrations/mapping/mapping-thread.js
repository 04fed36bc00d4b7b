// Evaluates one JSONata expression, record by record, where a runaway one can be ended from outside.
import { parentPort, workerData } from "node:worker_threads";

import jsonata from "jsonata";

const expression = jsonata(workerData.expression);

parentPort.on("message", (record) => void answer(record));

async function answer(record) {
  try {
    const value = await expression.evaluate(JSON.parse(record));
    // As text: JSONata's own arrays and functions cannot be sent between threads.
    parentPort.postMessage({ value: JSON.stringify(value) ?? "null" }, []);
  } catch (error) {
    parentPort.postMessage({ error: String(error?.message ?? error) }, []);
  }
}
