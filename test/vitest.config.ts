import { defineConfig } from 'vitest/config'
import { WxtVitest } from 'wxt/testing/vitest-plugin'

/** One project per part. Bridge tests start real processes and tokens, so they get time and no shared state. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'protocol', include: ['test/protocol/**/*.test.ts'] } },
      {
        test: {
          name: 'bridge',
          include: ['test/bridge/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: await WxtVitest({ root: 'extension' }),
        test: {
          name: 'extension',
          include: ['test/extension/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 30_000,
        },
      },
      { test: { name: 'house-rules', include: ['test/house-rules/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // A real browser on a busy machine may miss a beat once; what fails twice is a fault. Retries are printed.
          retry: 1,
        },
      },
    ],
  },
})
