import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

/** The engine is deterministic and free of its surroundings; `tsconfig.core.json` takes the globals away, this takes the rest. */
const corePurity = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'core has no clock' },
  { selector: "NewExpression[callee.name='Date']", message: 'core has no clock' },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'core is deterministic',
  },
]

const forbid = (...groups) => ({
  'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
})

export default ts.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', 'test/fixtures/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: ts.parser }, globals: globals.browser },
  },
  {
    files: ['**/*.ts', '**/*.vue'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Indexing typed arrays inside a checked loop is the engine's daily bread.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-undef': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  { files: ['src/core/**'], rules: { 'no-restricted-syntax': ['error', ...corePurity] } },
  {
    files: ['src/core/**'],
    rules: forbid([
      [
        '**/contract/**',
        '**/workers/**',
        '**/main/**',
        '**/renderer/**',
        '**/cli/**',
        '**/charts/**',
        'node:*',
        'vue',
        'electron',
      ],
      'core imports nothing outside core',
    ]),
  },
  {
    files: ['src/renderer/**'],
    rules: forbid([
      ['**/main/**', '**/workers/**', '**/preload/**', '**/cli/**', 'node:*', 'electron', 'piscina'],
      'the renderer reaches the host only through the EngineClient',
    ]),
  },
  prettier,
)
