import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "mock.ts",
    projects: [
      { test: { name: "node", include: ["*.test.ts"] } },
      { test: { name: "page", include: ["*.test.page.ts"], environment: "jsdom" } },
    ],
  },
});
