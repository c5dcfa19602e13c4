import { Trouble } from './ask';
import { follow, runningPorts } from './connection';
import { h, showList } from './dom';
import { Notice, portName } from './notice';

/** Milliseconds between two looks at what runs. */
const INTERVAL = 3000;

/** Leads to the only devices that run, or shows all that do. */
export function showRunning(): void {
  const list = h('ul', { class: 'running' });
  const notice = new Notice();
  document.title = 'Ensemble';
  document.body.append(list);
  const show = showList(list, String, (port: number) => ({
    element: h('li', {}, h('a', { href: `${port}/${location.search}` }, portName(port))),
    show: () => {},
  }));
  void follow(async (signal) => {
    while (!signal.aborted) {
      const ports = await runningPorts('running');
      if (ports.length === 1) return location.replace(`${ports[0]}/${location.search}${location.hash}`);
      show(ports);
      if (ports.length === 0) throw new Trouble('gone');
      notice.show();
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }, notice);
}
