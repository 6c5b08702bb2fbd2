import { defineConfig, type ProxyOptions } from "vite";

/** What the mock answers, and the connections that it breaks: without `configure` the page meets a 502, or waits forever. */
const mock: ProxyOptions = {
  target: process.env.MOCK ?? "http://127.0.0.1:4010",
  configure(proxy) {
    proxy.on("error", (_error, _request, response) => response.destroy());
    proxy.on("proxyRes", (answer, _request, response) => answer.on("error", () => response.destroy()));
  },
};

export default defineConfig({ server: { proxy: { "/v1": mock, "/_mock": mock } } });
