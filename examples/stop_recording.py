"""Ends a recording from Python: stop_recording.py VERB SID [INPUT.json]"""

import asyncio
import json
import os
import sys

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.envconfig import ClientConfig

REASON = {"reason": "asked from Python"}


async def main(verb: str, sid: str, input_path: str = "") -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    recording = client.get_workflow_handle(f"recording-{sid}")
    answer = None
    match verb:
        case "start":  # or attaches to the run of this recording
            with open(input_path, encoding="utf-8") as file:
                started = await client.start_workflow(
                    "finalizeRecording",
                    json.load(file),
                    id=recording.id,
                    task_queue=os.environ.get("TEMPORAL_TASK_QUEUE", "tailslate"),
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                )
            answer = {"workflowId": started.id}
        case "await-stopped":  # until Agora has answered the stop; the upload goes on
            answer = await recording.execute_update("awaitStopped")
        case "status":
            answer = await recording.query("status")
        case "force-stop":  # stops now, or ends the wait now and verifies what is there
            await recording.signal("forceStop", REASON)
        case "request-force-stop":  # the same, with the status as its answer; rejected when there is no wait left to end
            answer = await recording.execute_update("requestForceStop", REASON)
        case "cancel":  # gives up; before the stop the recording goes on, and is billed
            await recording.signal("cancel", REASON)
        case "result":  # waits for the end
            answer = await recording.result()
        case _:
            sys.exit(f"Cannot {verb} a recording: there is no such verb")
    print(json.dumps(answer, indent=2), flush=True)


asyncio.run(main(*sys.argv[1:]))
# For short scripts only: the SDK's threads may abort an interpreter that ends while they run (temporalio/sdk-python#300).
os._exit(0)
