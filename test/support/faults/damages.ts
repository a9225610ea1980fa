/** Every damage of the fault matrix. */
import type { Damage } from "./damage.ts";
import { wrongMedia } from "./wrong-media.ts";
import { missingFiles } from "./missing-files.ts";
import { wrongPlaylists } from "./wrong-playlists.ts";

export const damages: readonly Damage[] = [...missingFiles, ...wrongPlaylists, ...wrongMedia];
