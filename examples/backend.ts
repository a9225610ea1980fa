/**
 * An app backend. POST /recordings, with what your `acquire` and `start` returned, ends a recording and answers as soon as
 * Agora has stopped it. GET /recordings/SID answers with its status.
 */
import { createServer, type IncomingMessage } from "node:http";
import process from "node:process";
import { text } from "node:stream/consumers";

import { connect, type FinalizeInput, NotStopped, type Status, type StopReport } from "tailslate/client";

const { PORT = "3000", TEMPORAL_TASK_QUEUE: taskQueue = "tailslate" } = process.env;
const recordings = await connect({ taskQueue });

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(chooseStatus(error)).end(),
  );
});
server.listen(Number(PORT), "127.0.0.1");

async function answer(request: IncomingMessage): Promise<StopReport | Status> {
  const [, sid] = /^\/recordings\/([\w-]+)$/.exec(request.url ?? "") ?? [];
  if (sid !== undefined) return recordings.get(sid).status();

  // `finalize` checks the input before it sends anything. A second call for the same sid attaches to the first.
  const input: FinalizeInput = JSON.parse(await text(request));
  const recording = await recordings.finalize(input);
  return recording.stopped(); // the upload, the wait and the checks go on without this process
}

function chooseStatus(error: unknown): number {
  if (error instanceof NotStopped) return 409; // an operator gave the recording up: do not repeat the call
  return isInvalid(error) ? 400 : 503;
}

function isInvalid(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && "type" in error && error.type === "InputInvalid");
}
