#!/bin/sh
# Ends a recording with Temporal's CLI alone: temporal-cli.sh VERB SID [INPUT.json]
set -eu
verb=$1
id="recording-$2"

case "$verb" in
start) # or attaches to the run of this recording
  temporal workflow start --type finalizeRecording --workflow-id "$id" \
    --task-queue "${TEMPORAL_TASK_QUEUE:-tailslate}" --input-file "$3" \
    --id-conflict-policy UseExisting --id-reuse-policy RejectDuplicate
  ;;
await-stopped) # until Agora has answered the stop; the upload goes on
  temporal workflow update execute --workflow-id "$id" --name awaitStopped --output json
  ;;
status)
  temporal workflow query --workflow-id "$id" --type status --output json
  ;;
force-stop) # stops now, or ends the wait now and verifies what is there
  temporal workflow signal --workflow-id "$id" --name forceStop --input '{"reason":"asked by hand"}'
  ;;
request-force-stop) # the same, with the status as its answer; rejected when there is no wait left to end
  temporal workflow update execute --workflow-id "$id" --name requestForceStop \
    --input '{"reason":"asked by hand"}' --output json
  ;;
cancel) # gives up; before the stop the recording goes on, and is billed
  temporal workflow signal --workflow-id "$id" --name cancel --input '{"reason":"asked by hand"}'
  ;;
result) # waits for the end
  temporal workflow result --workflow-id "$id" --output json
  ;;
*)
  echo "Cannot $verb a recording: there is no such verb" >&2
  exit 2
  ;;
esac
