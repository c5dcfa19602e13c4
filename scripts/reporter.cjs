// Mocha's own report for people; the counts and what failed for scripts/test.mjs.
const { reporters } = require('mocha');

/** Milliseconds after the last test in which everything must have ended by itself. */
const PATIENCE = Number(process.env.ENSEMBLE_PATIENCE ?? 30000);

/** How many of the slowest tests and hooks are told. */
const SLOWEST = 10;

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Mocha leaves these unseen; thrown, they fail the test that runs.
    process.on('unhandledRejection', (reason) => {
      throw reason;
    });
    // Ends as a program does by itself: programs that tests have started end with it.
    for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) process.on(signal, () => process.exit(code));
    // Who wanted to know has gone. Waiting for that is no reason to stay.
    process.on('disconnect', () => process.exit(143));
    process.channel?.unref();
    runner.on('fail', (test, error) => process.send?.({ failed: `${test.fullTitle()}\n${error.stack ?? error}` }));
    runner.on('test', (test) => process.send?.({ began: test.fullTitle() }));
    const withTests = new Set();
    runner.suite.eachTest(({ file }) => withTests.add(file));
    process.send?.({ withTests: [...withTests] });
    const durations = [];
    for (const kind of ['test', 'hook'])
      runner.on(`${kind} end`, (one) => {
        if (one.duration !== undefined) durations.push({ title: one.fullTitle(), ms: one.duration });
      });
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const slowest = durations.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
      process.send?.({ passes, failures, pending, slowest });
      // Fires only where something else keeps the process alive.
      setTimeout(() => {
        console.error(`All tests are over, but this still runs: ${process.getActiveResourcesInfo().join(', ')}`);
        // Mocha would turn any exit code into its own.
        process.kill(process.pid, 'SIGKILL');
      }, PATIENCE).unref();
    });
  }
};
