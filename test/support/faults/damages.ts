/** Every damage of the fault matrix. */
import type { Damage } from "./damage.ts";
import { media } from "./wrong-media.ts";
import { missing } from "./missing-files.ts";
import { texts } from "./wrong-playlists.ts";

export const damages: readonly Damage[] = [...missing, ...texts, ...media];
