// Ends with one line where the Node is too old: the other scripts would end with a stack trace, for which this one must be
// older than them all.
var needed = require('../package.json').engines.node.match(/\d+/g);
var own = process.versions.node.split('.');
var ahead = own[0] - needed[0] || own[1] - needed[1] || own[2] - needed[2];
if (ahead < 0) {
  console.error(`\nThis needs Node.js ${needed.join('.')} or newer; ${process.execPath} is ${process.version}.`);
  process.exit(1);
}
