// Tests on machines made for them: the two-node test bed, Podman's. One file at a time, for each has the machine to itself.
export default {
  extensions: ['ts'],
  files: ['test/e2e/{cluster,podman}/**/*.test.ts'],
  // The first test may wait until the bed is built.
  timeout: '20m',
  concurrency: 1,
};
