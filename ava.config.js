// Tests run as TypeScript through Node's own type stripping; every file runs in its own process.
export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', '!test/e2e/{cluster,podman}/**'],
  // Where peers are required a test may wait until the API server is built.
  timeout: process.env.THAW_REQUIRE_PEERS === '1' ? '20m' : '3m',
  concurrency: 4,
};
