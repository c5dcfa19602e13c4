// Mocha's own report for people; the counts and what failed for scripts/test.mjs.
const { reporters } = require('mocha');

/** Milliseconds after the last test in which everything must have ended by itself. */
const PATIENCE = Number(process.env.ENSEMBLE_PATIENCE ?? 30000);

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Mocha leaves these unseen; thrown, they fail the test that runs.
    process.on('unhandledRejection', (reason) => {
      throw reason;
    });
    // Who wanted to know has gone. Waiting for that is no reason to stay.
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel?.unref();
    runner.on('fail', (test, error) => process.send?.({ failed: `${test.fullTitle()}\n${error.stack ?? error}` }));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      process.send?.({ passes, failures, pending });
      // Fires only where something else keeps the process alive.
      setTimeout(() => {
        console.error(`All tests are over, but this still runs: ${process.getActiveResourcesInfo().join(', ')}`);
        // Mocha would turn any exit code into its own.
        process.kill(process.pid, 'SIGKILL');
      }, PATIENCE).unref();
    });
  }
};
