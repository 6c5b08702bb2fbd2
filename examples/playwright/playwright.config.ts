import { defineConfig } from "@playwright/test";

const here = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"; // what a test asks for stays on this machine

export default defineConfig({
  globalTimeout: 480_000,
  timeout: 60_000, // eight browsers start at once
  expect: { timeout: 10_000 },
  use: {
    baseURL: process.env.PAGE,
    launchOptions: {
      executablePath: process.env.CHROMIUM, // the machine's; Playwright's own is never downloaded
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", here],
    },
  },
  webServer: {
    command: "node node_modules/vite/bin/vite.js --host 127.0.0.1 --port 0",
    wait: { stdout: /(?<page>http:\/\/127\.0\.0\.1:\d+)/ },
  },
});
