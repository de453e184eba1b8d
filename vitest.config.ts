import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** Set by `npm test -- --quick`. */
const quick = process.env['PISTE_QUICK'] === '1'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/renderer/**', 'test/e2e/**', ...(quick ? ['test/cli/**'] : [])],
          setupFiles: ['test/support/property-runs.ts'],
          typecheck: { enabled: false },
          // What a busy machine takes its time for still comes.
          testTimeout: 30_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: ['test/renderer/**/*.test.ts'],
          setupFiles: ['test/support/property-runs.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What a busy machine takes its time for still comes.
          expect: { poll: { timeout: 15_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
})
