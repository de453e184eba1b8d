import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

/** One build for the three faces: the desktop shell, the web host and the command line share `out/main`. */
export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: {
          desktop: resolve('src/main/desktop/index.ts'),
          web: resolve('src/main/web/index.ts'),
          cli: resolve('src/cli/index.ts'),
          bench: resolve('bench/index.ts'),
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
