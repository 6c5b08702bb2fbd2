import { defineConfig } from "@playwright/test";

const command = process.env.COMMON_APIS ?? "common-apis"; // `make install` of a checkout puts it into .venv/bin
const mock = { command: `${command} serve --port 0 --quiet`, wait: { stdout: /ready: (?<mock>\S+)/ } };
const page = { command: "npx vite --host 127.0.0.1 --port 0", wait: { stdout: /(?<page>http:\/\/127\.0\.0\.1:\d+)/ } };

export default defineConfig({
  webServer: process.env.MOCK ? [page] : [mock, page], // what `wait` finds is MOCK and PAGE from then on
  expect: { timeout: 10_000 },
  use: {
    baseURL: process.env.PAGE,
    launchOptions: { executablePath: process.env.CHROMIUM }, // a browser of the machine, in place of Playwright's own
  },
});
