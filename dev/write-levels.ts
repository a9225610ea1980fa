/** Prints the checks into docs/levels.md. */
import { readFile, writeFile } from "node:fs/promises";

import { LEVELS_PAGE, withTables } from "./levels.ts";

await writeFile(LEVELS_PAGE, withTables(await readFile(LEVELS_PAGE, "utf8")));
