import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

// Debian's browser, which has no sandbox for root and shall not call its maker
const executablePath = process.env.KIT_BROWSER ?? "chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

// not the examples of test runners, which shall not find this file by its name either
const shared = { testTimeout: 60_000, include: ["*.test.ts"] };

export default defineConfig({
  publicDir: "public",
  test: {
    projects: [
      { extends: true, test: { ...shared, name: "node", environment: "node" } },
      {
        extends: true,
        test: {
          ...shared,
          // that of README.md, which uses msw/node
          exclude: ["readme.test.ts"],
          name: "chromium",
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
