/** Many recordings at once: a line for each, all of them drawn again whenever one of them changes. */
import type { Recording, RecordingProgress } from "../../client.ts";
import { type LineDisplay, createLineDisplay } from "./line-display.ts";
import { formatProgressLine } from "./progress-line.ts";
import { chooseEndStyle, hasEnded } from "./result.ts";
import type { CommandHost } from "../context.ts";
import { truncateToColumns, type Paint, createPainter } from "./terminal-text.ts";

/** What all recordings together may ask of Temporal; each is looked at twice a second at most. */
const POLLS_PER_SECOND = 20;
/** Below this width a sid shows its first digits only. */
const FULL_SID_MIN_COLUMNS = 100;

/** Shows them on standard error until all have ended. */
export async function showProgressTable(recordings: Recording[], host: CommandHost): Promise<void> {
  const lines = createLineDisplay(host);
  const paint = createPainter(host.stderr, host);
  const latest = recordings.map((): RecordingProgress | undefined => undefined);
  const everyMs = Math.max(500, (1000 * recordings.length) / POLLS_PER_SECOND);
  const draw = () => lines.show(formatLines(recordings, latest, { lines, paint, rows: host.stderr.rows ?? 24 }));
  const followOne = async (recording: Recording, index: number) => {
    for await (const progress of recording.progress({ everyMs })) {
      latest[index] = progress;
      // The first picture comes with the last first look.
      if (latest.every((each) => each !== undefined)) draw();
    }
  };
  await Promise.all(recordings.map(followOne));
}

type Drawing = { lines: LineDisplay; paint: Paint; rows: number };

/** As many lines as the terminal can overwrite. */
function formatLines(
  recordings: Recording[],
  latest: (RecordingProgress | undefined)[],
  { lines, paint, rows }: Drawing,
): string[] {
  const columns = lines.columns();
  const texts = recordings.flatMap(({ sid }, index) => {
    const progress = latest[index];
    if (progress === undefined) return [];
    const name = columns < FULL_SID_MIN_COLUMNS ? sid.slice(0, 8) : sid;
    const text = truncateToColumns(`${name}  ${formatProgressLine(progress, columns - name.length - 2)}`, columns);
    return [hasEnded(progress) ? paint(chooseEndStyle(progress), text) : text];
  });
  const room = rows - 2;
  return !lines.live || texts.length <= room ? texts : [...texts.slice(0, room), `and ${texts.length - room} more`];
}
