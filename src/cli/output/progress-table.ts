/** Progress of many recordings: a line for each, all of them shown again when one changes. */
import type { Recording, RecordingProgress } from "../../client.ts";
import type { CommandHost } from "../context.ts";
import { chooseEndStyle, hasEnded } from "./end.ts";
import { createLineDisplay } from "./line-display.ts";
import { formatProgressLine } from "./progress-line.ts";
import { createPainter, type Paint, truncateToColumns } from "./terminal-text.ts";

/** Limit of the requests to Temporal for all recordings together. */
const POLLS_PER_SECOND = 20;
const MIN_POLL_INTERVAL_MS = 500;
/** A narrower line shows the first eight characters of a sid. */
const FULL_SID_MIN_COLUMNS = 100;

type Row = { sid: string; progress: RecordingProgress };

/** Shows them on standard error until all have ended. */
export async function showProgressTable(recordings: Recording[], host: CommandHost): Promise<void> {
  const display = createLineDisplay(host);
  const paint = createPainter(host.stderr, host.env);
  const latest = new Map<string, RecordingProgress>();
  const everyMs = Math.max(MIN_POLL_INTERVAL_MS, (1000 * recordings.length) / POLLS_PER_SECOND);
  const followOne = async (recording: Recording) => {
    for await (const progress of recording.progress({ everyMs })) {
      latest.set(recording.sid, progress);
      if (latest.size < recordings.length) continue; // until the first progress of each is known
      const { rows, columns } = display.size();
      const lines = recordings.flatMap(({ sid }) => {
        const each = latest.get(sid);
        return each === undefined ? [] : [formatLine({ sid, progress: each }, { columns, paint })];
      });
      display.show(limitLines(lines, rows));
    }
  };
  await Promise.all(recordings.map(followOne));
}

function formatLine({ sid, progress }: Row, { columns, paint }: { columns: number; paint: Paint }): string {
  const name = columns < FULL_SID_MIN_COLUMNS ? sid.slice(0, 8) : sid;
  const text = truncateToColumns(`${name}  ${formatProgressLine(progress, columns - name.length - 2)}`, columns);
  return hasEnded(progress) ? paint(chooseEndStyle(progress), text) : text;
}

/** A terminal cannot overwrite lines that it has scrolled away. */
function limitLines(lines: string[], rows: number): string[] {
  const room = rows - 1;
  return lines.length <= room ? lines : [...lines.slice(0, room), `and ${lines.length - room} more`];
}
