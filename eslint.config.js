import tseslint from 'typescript-eslint';

/** What may not be imported from where, and why: design, "Rooms". */
const rooms = [
  { files: ['harness/contracts.ts'], deny: ['*'], why: 'contracts import nothing' },
  { files: ['harness/formats/**'], deny: ['**/validation/**', '**/engine/**', '**/wire/**', '**/simulators/**', '**/reports/**', '**/cli/**'], why: 'readers have no opinion' },
  { files: ['harness/validation/**'], deny: ['**/engine/**', '**/wire/**', '**/simulators/**', '**/reports/**', '**/cli/**', 'node:net', 'node:http', 'node:tls'], why: 'what judges touches no socket and shares no code with what writes' },
  { files: ['simulators/**'], deny: ['**/validation/**', '**/engine/**', '**/reports/**', '**/cli/**'], why: 'what writes a message shares no code with what judges it' },
  { files: ['harness/engine/**', 'harness/wire/**', 'harness/sut/**'], deny: ['**/simulators/**', '**/cli/**', '**/reports/**'], why: 'simulators are handed to the engine' },
  { files: ['reports/**'], deny: ['**/validation/**', '**/engine/**', '**/wire/**', '**/simulators/**', '**/cli/**'], why: 'reports render the model alone' },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'runs/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  ...rooms.map(({ files, deny, why }) => ({
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: deny, message: why }] }] },
  })),
);
