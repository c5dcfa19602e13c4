// One side of one row: told to go, it does a round and answers with its figures.
import { rows } from './rows';

const [rowName, sideName = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());

async function main(): Promise<void> {
  const side = rows.find(({ name }) => name === rowName)?.sides[sideName];
  if (!side) throw new Error(`there is no side "${sideName}" of a row "${rowName}"`);
  const round = await side();
  process.on('message', () => void round().then((figures) => process.send?.(figures)));
  process.send?.('ready');
}
void main();
