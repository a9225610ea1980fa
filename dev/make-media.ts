/** `node dev/make-media.ts`: makes all media of the readers' tests, and says where they lie. */
import { stat } from "node:fs/promises";

import { hasFfmpeg, mediaFile } from "./media/media-set.ts";
import { RECIPES } from "./media/recipes.ts";

if (!(await hasFfmpeg())) throw new Error("Cannot make media: ffmpeg and ffprobe are not on the PATH");
for (const name of Object.keys(RECIPES)) {
  const path = await mediaFile(name);
  console.log(`${String((await stat(path)).size).padStart(9)}  ${path}`);
}
