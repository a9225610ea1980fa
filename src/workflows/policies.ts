/** Every timeout, retry and heartbeat of every activity. A step adds what only it knows: its deadline, queue and summary. */
import { ActivityCancellationType, type ActivityOptions, type LocalActivityOptions } from "@temporalio/workflow";

import { LOOK_LIMIT_MS, MAX_STOP_DELAY_MS, stopDelayMs } from "../contract/limits.ts";
import type { ActivityName } from "../contract/names.ts";

/** A dead worker is known by its silence. `activities/heartbeats.ts` sends after a third of this, so that a lost heartbeat is no death. */
const HEARTBEAT_TIMEOUT = "30s";

/** What an attempt may take beyond its look: the query or the look after a stop, the way to the server and back. */
const MARGIN_MS = 30_000;

/** The activity names each delay itself; the retry policy holds when a worker dies in the middle of a look. */
const LOOK = {
  startToCloseTimeout: LOOK_LIMIT_MS + MARGIN_MS,
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: "1s", backoffCoefficient: 1.5, maximumInterval: "30s" },
  // A look changes nothing, so its answer need not be awaited.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
} as const;

export const POLICIES = {
  // Local: it only parses, and a task of its own would delay the stop.
  validateInput: { startToCloseTimeout: "10s", summary: "Check the input and fill in the defaults" },
  stopRecording: {
    startToCloseTimeout: "2m",
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    // As the activity's own delays, for a worker that dies without naming one.
    retry: { initialInterval: stopDelayMs(1), maximumInterval: MAX_STOP_DELAY_MS },
    // W2: wait for the answer of a stop that was sent, and record it.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
  awaitUpload: { ...LOOK, summary: "Wait for the upload" },
  awaitBackup: { ...LOOK, summary: "Wait for Agora's backup cloud" },
  publishManifest: {
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: { initialInterval: "1s", maximumInterval: "1m" },
    // W4: a manifest may be half written. Wait for the result.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
} as const satisfies Record<ActivityName, ActivityOptions | LocalActivityOptions>;
