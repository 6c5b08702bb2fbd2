// Makes the types of each contract named on the command line, beside it; one process, since each start takes a second.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

for (const file of process.argv.slice(2)) {
  const types = await openapiTS(JSON.parse(await readFile(file, "utf-8")), { silent: true });
  await writeFile(file.replace(/\.json$/, ".d.ts"), astToString(types));
}
