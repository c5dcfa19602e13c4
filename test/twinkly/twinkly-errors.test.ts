import assert from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { num } from '../kit/typed-input';
import { TOKEN, well } from '../kit/vendor';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

const command = { id: num(7), timeout: num(1) };

describe('the errors of twinkly nodes', () => {
  const stage = new Stage(twinkly);

  before(() => {
    stage.server.good = well(twinkly, respond({ status: 'success' }));
  });

  const open = async (node: string, operation: string, parameters: object, timeout = 10_000) => {
    await stage.open({ type: `twinkly-${node}`, operation, parameters }, { timeout });
  };

  it('keeps a time limit that is shorter than the cloud’s own, where the command has none', async () => {
    await open('command', 'turn-off', { id: command.id }, 300);
    stage.server.always(() => {});
    stage.server.next(stage.server.good);
    const { ends, caught } = await stage.audit.run({});
    assert.deepEqual(ends, ['TIMEOUT']);
    assert.match(caught[0]?.error.message ?? '', /within 300 ms/);
  });

  it('a success without a body is one', async () => {
    await open('command', 'turn-on', command);
    stage.server.next(stage.server.good, (response) => void response.writeHead(204).end());
    const { ends, outputs } = await stage.audit.run({});
    assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], {}, 204]);
  });

  it('a token that the vendor repeats in its words is taken out of them', async () => {
    await open('command', 'turn-on', command);
    stage.server.next(stage.server.good, respond({ message: `bad token ${TOKEN} of ${CREDENTIALS.password}` }, 400));
    const { caught } = await stage.audit.run({});
    assert.match(caught[0]?.error.message ?? '', /bad token \*\*\* of \*\*\*$/);
  });
});
