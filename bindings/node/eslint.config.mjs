import js from '@eslint/js';
import globals from 'globals';
import typescript from 'typescript-eslint';

export default [
  { ignores: ['build/', 'node_modules/'] },
  js.configs.recommended,
  { languageOptions: { globals: globals.node, ecmaVersion: 2023 } },
  { files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } },
  ...typescript.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts', '**/*.mts'] })),
  // What a library holds is known when it is loaded.
  { files: ['**/*.ts', '**/*.mts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
];
