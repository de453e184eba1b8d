import { isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/**
 * Worker threads load CommonJS: Node may abort the whole process when a thread ends while it loads an ES module. Each
 * `*.worker.ts` is one file that needs no other, so the packages that it uses are in it.
 */
const workersAsCommonJs = (): Plugin => {
  let isWorker = false
  return {
    name: 'piste:workers-as-commonjs',
    options: (options) => {
      isWorker = typeof options.input === 'string' && options.input.endsWith('.worker.ts')
      return isWorker ? { ...options, external: (id: string) => isBuiltin(id) } : null
    },
    outputOptions: (output) =>
      isWorker ? { ...output, format: 'cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' } : null,
  }
}

/** One build for the three faces: the desktop shell, the web host and the command line share `out/main`. */
export default defineConfig({
  main: {
    plugins: [workersAsCommonJs()],
    build: {
      rolldownOptions: {
        input: {
          desktop: resolve('src/main/desktop/index.ts'),
          web: resolve('src/main/web/index.ts'),
          cli: resolve('src/cli/index.ts'),
          bench: resolve('bench/index.ts'),
          soak: resolve('bench/soak/index.ts'),
          'preset-table': resolve('bench/preset-table.ts'),
        },
        output: { format: 'es' },
      },
    },
  },
  preload: {
    // A sandboxed preload script must be CommonJS and self-contained.
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: resolve('src/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue()],
    build: {
      minify: true,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
})
