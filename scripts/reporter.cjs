// Mocha's own report for people, and the counts for scripts/test.mjs.
const { reporters } = require('mocha');

/** Milliseconds after the last test in which everything must have ended by itself. */
const PATIENCE = Number(process.env.ENSEMBLE_PATIENCE ?? 20000);

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      process.send?.({ passes, failures, pending });
      // Fires only where something else keeps the process alive.
      setTimeout(() => {
        console.error(`All tests are over, but this still runs: ${process.getActiveResourcesInfo().join(', ')}`);
        process.exit(70);
      }, PATIENCE).unref();
    });
  }
};
