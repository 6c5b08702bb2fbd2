// One of several workers: it waits for a line, then does all that is named, each in a sandbox of its own.
//
// node worker.js URL NUMBER defects.wrong_value twins.wrong_value ...
import createClient from "openapi-fetch";
import * as defects from "./defects.js";
import * as twins from "./twins.js";

const programs = { defects, twins };
const [address, number, ...names] = process.argv.slice(2);

console.log("ready");
await new Promise((go) => process.stdin.once("data", go));
process.stdin.destroy();

for (const name of names) {
  const baseUrl = `${address}/s/typescript-${number}-${name}`;
  const consumer = { "X-Mock-Consumer": `typescript ${name}` };
  const api = createClient({ baseUrl, headers: consumer });
  const send = (path, init) => fetch(baseUrl + path, { ...init, headers: { ...init.headers, ...consumer } });
  const [program, kind] = name.split(".");
  await programs[program][kind](api, send);
}
