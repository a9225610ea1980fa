/** Many recordings at once: a line for each, all of them drawn again whenever one of them changes. */
import type { Recording, RecordingProgress } from "../../client.ts";
import { type LiveLines, liveLines } from "./live-lines.ts";
import { progressLine } from "./progress-line.ts";
import { endStyle, hasEnded } from "./result.ts";
import type { Terminal } from "../context.ts";
import { fit, type Paint, painter } from "./text.ts";

/** What all recordings together may ask of Temporal; each is looked at twice a second at most. */
const LOOKS_PER_SECOND = 20;
/** Below this width a sid shows its first digits only. */
const WIDE = 100;

/** Shows them on standard error until all have ended. */
export async function followAll(recordings: Recording[], terminal: Terminal): Promise<void> {
  const lines = liveLines(terminal);
  const paint = painter(terminal.stderr, terminal);
  const latest = recordings.map((): RecordingProgress | undefined => undefined);
  const everyMs = Math.max(500, (1000 * recordings.length) / LOOKS_PER_SECOND);
  const draw = () => lines.show(drawn(recordings, latest, { lines, paint, rows: terminal.stderr.rows ?? 24 }));
  const followOne = async (recording: Recording, index: number) => {
    for await (const progress of recording.progress({ everyMs })) {
      latest[index] = progress;
      // The first picture comes with the last first look.
      if (latest.every((each) => each !== undefined)) draw();
    }
  };
  await Promise.all(recordings.map(followOne));
}

type Drawing = { lines: LiveLines; paint: Paint; rows: number };

/** As many lines as the terminal can overwrite. */
function drawn(
  recordings: Recording[],
  latest: (RecordingProgress | undefined)[],
  { lines, paint, rows }: Drawing,
): string[] {
  const columns = lines.columns();
  const texts = recordings.flatMap(({ sid }, index) => {
    const progress = latest[index];
    if (progress === undefined) return [];
    const name = columns < WIDE ? sid.slice(0, 8) : sid;
    const text = fit(`${name}  ${progressLine(progress, columns - name.length - 2)}`, columns);
    return [hasEnded(progress) ? paint(endStyle(progress), text) : text];
  });
  const room = rows - 2;
  return !lines.live || texts.length <= room ? texts : [...texts.slice(0, room), `and ${texts.length - room} more`];
}
