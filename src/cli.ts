#!/usr/bin/env node
// The first thing that runs, on whatever Node.js is there: everything else is imported only when it can be.
const NEEDED = 24;
const found = process.versions.node;

if (Number.parseInt(found, 10) < NEEDED) {
  process.stderr.write(
    `thaw: NODE_TOO_OLD: thaw needs Node.js ${NEEDED} or newer, and this is ${found}.\n` +
      `  Install it from your distribution or nodejs.org, or let npm bring it: npm install --global node@${NEEDED}\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('./commands/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
