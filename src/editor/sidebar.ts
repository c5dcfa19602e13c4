import { sharedText } from './fields';
import { portsOf } from './simulated-devices';

const ID = 'ensemble-devices';
const SIMULATOR = 'ensemble-simulator';
/** Below Node-RED's admin address; relative, as all that the editor asks for. */
const PAGE = 'ensemble/devices/';
/** Where a new node is put in the visible part of the workspace, and the room that a node takes. */
const PLACE = { x: 140, y: 60, width: 180, height: 50 };

/** The sidebar tab with the device page, which is loaded when somebody looks at it. */
export function addDevicesTab(): void {
  const content = $('<div>', { class: 'ensemble-devices' });
  const tab = {
    id: ID,
    // Node-RED 4 cuts what is longer.
    label: sharedText('devices.short'),
    name: sharedText('devices.name'),
    content,
    iconClass: 'fa fa-lightbulb-o',
    action: 'ensemble:show-devices',
    enableOnEdit: true,
  };
  RED.sidebar.addTab(tab);
  leaveWithPackage(tab);
  RED.actions.add('ensemble:show-devices', () => RED.sidebar.show(ID), { label: sharedText('devices.action') });
  const watched = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    watched.disconnect();
    new DevicesTab(content);
  });
  watched.observe(content[0] as HTMLElement);
}

/** Takes the tab away while the package is uninstalled. */
function leaveWithPackage(tab: SidebarTab): void {
  let isThere = true;
  RED.events.on('registry:node-set-removed', ({ types }) => {
    if (!types.includes(SIMULATOR)) return;
    isThere = false;
    // With its listeners, which would go with the tab.
    tab.content.detach();
    RED.sidebar.removeTab(ID);
  });
  RED.events.on('registry:node-type-added', (type) => {
    if (type !== SIMULATOR || isThere) return;
    isThere = true;
    RED.sidebar.addTab(tab);
  });
}

/** The tab, once somebody looks at it. */
class DevicesTab {
  private readonly none = $('<div>', { class: 'ensemble-devices-none' });
  private readonly frame = $('<iframe>', { title: sharedText('devices.name') });
  private readonly bar = $('<div>', { class: 'ensemble-devices-bar' });
  private readonly choice = $('<select>', { 'aria-label': sharedText('devices.choose') });
  private readonly link = $('<a>', { class: 'red-ui-button red-ui-button-small', href: PAGE, target: '_blank', rel: 'noopener' });

  constructor(content: JQuery) {
    const add = $('<button>', { type: 'button', class: 'red-ui-button', text: sharedText('devices.add') });
    this.none.append($('<p>', { text: sharedText('devices.none') }), add.on('click', addSimulator));
    const icon = $('<i>', { class: 'fa fa-external-link', 'aria-hidden': 'true' });
    this.bar.append(this.choice, this.link.append(icon, ' ', document.createTextNode(sharedText('devices.window'))));
    content.append(this.none, this.bar, this.frame);
    this.choice.on('change', () => this.frame.attr('src', addressOf(String(this.choice.val()))));
    // What somebody chooses in the page.
    this.frame.on('load', () => this.choose(/\/devices\/(\d+)\//.exec(this.shownPath())?.[1] ?? ''));
    for (const event of ['nodes:add', 'nodes:remove', 'nodes:change', 'workspace:clear', 'flows:loaded'])
      RED.events.on(event, () => this.show());
    this.follow();
    this.show();
  }

  /** The page, where the editor has such a node; the page itself says where none is deployed. */
  private show(): void {
    const nodes = RED.nodes.filterNodes({ type: SIMULATOR });
    const isThere = nodes.length > 0;
    this.offer(nodes);
    this.none.toggle(!isThere);
    this.bar.toggle(isThere);
    this.frame.toggle(isThere);
    if (isThere && this.frame.attr('src') === undefined) this.frame.attr('src', addressOf(''));
  }

  /** The devices of each node, where there are several, and the page that lists them. */
  private offer(nodes: readonly EditorNode[]): void {
    const options = new Map([['', sharedText('devices.all')]]);
    for (const node of nodes) options.set(portsOf(node).port, nameOf(node));
    const chosen = String(this.choice.val() ?? '');
    const entries = [...options].map(([value, text]) => $('<option>', { value, text }));
    this.choice
      .empty()
      .append(...entries)
      .toggle(options.size > 2);
    this.choose(chosen);
  }

  private choose(port: string): void {
    const isKnown = this.choice.find('option').is((_index, option) => (option as HTMLOptionElement).value === port);
    this.choice.val(isKnown ? port : '');
    this.link.attr('href', isKnown && port !== '' && this.choice.find('option').length > 2 ? `${PAGE}${port}/` : PAGE);
  }

  private shownPath(): string {
    return (this.frame[0] as HTMLIFrameElement).contentWindow?.location.pathname ?? '';
  }

  private follow(): void {
    // The theme of the editor may be changed while it is open.
    new MutationObserver(() => {
      const page = (this.frame[0] as HTMLIFrameElement).contentDocument;
      if (page) page.documentElement.style.colorScheme = theme();
    }).observe(document.documentElement, { attributeFilter: ['class'] });
    // What is dragged across a frame, such as the edge of the sidebar, must not get caught in it.
    document.addEventListener('mousedown', () => this.frame.css('pointer-events', 'none'), true);
    document.addEventListener('mouseup', () => this.frame.css('pointer-events', ''), true);
  }
}

function nameOf(node: EditorNode): string {
  const [name, { port }] = [String(node.name ?? ''), portsOf(node)];
  return name === '' ? sharedText('devices.unnamed', { port }) : sharedText('devices.one', { name, port });
}

/** @param port of the devices; empty: the only ones, or a list of all */
const addressOf = (port: string): string => `${PAGE}${port === '' ? '' : `${port}/`}?theme=${theme()}&language=${RED.i18n.lang()}`;

/** Light text stands on a dark ground, whatever theme it is of. */
function theme(): 'light' | 'dark' {
  const probe = $('<span>', { style: 'color: var(--red-ui-primary-text-color, #333)' }).appendTo('body');
  const [red = 0, green = 0, blue = 0] = (probe.css('color').match(/\d+/g) ?? []).map(Number);
  probe.remove();
  return red + green + blue > 3 * 128 ? 'dark' : 'light';
}

/** Puts a node where it can be seen and covers no other. */
function addSimulator(): void {
  const chart = $('#red-ui-workspace-chart');
  const scale = RED.view.scale();
  const others = RED.nodes.filterNodes({ z: RED.workspaces.active() });
  const x = (chart.scrollLeft() ?? 0) / scale + PLACE.x;
  let y = (chart.scrollTop() ?? 0) / scale + PLACE.y;
  const isTaken = (other: EditorNode) => Math.abs(Number(other.x) - x) < PLACE.width && Math.abs(Number(other.y) - y) < PLACE.height;
  while (others.some(isTaken)) y += PLACE.height;
  const made = RED.view.createNode(SIMULATOR, Math.round(x / 20) * 20, Math.round(y / 20) * 20);
  const node = RED.nodes.add(made.node);
  RED.editor.validateNode(node);
  RED.history.push(made.historyEvent);
  RED.nodes.dirty(true);
  RED.view.select({ nodes: [node] });
  RED.view.redraw(true);
}
