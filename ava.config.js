// Tests run as TypeScript through Node's own type stripping; every file runs in its own process.
export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', '!test/e2e/{cluster,podman}/**'],
  timeout: '3m',
  concurrency: 4,
};
