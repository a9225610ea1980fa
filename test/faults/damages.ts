/** Every damage of the fault matrix. */
import type { Damage } from "./damage.ts";
import { media } from "./media.ts";
import { missing } from "./missing.ts";
import { texts } from "./texts.ts";

export const damages: readonly Damage[] = [...missing, ...texts, ...media];
