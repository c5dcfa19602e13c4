/**
 * What the panels use of Node-RED's editor API (https://nodered.org/docs/api/ui and /docs/creating-nodes).
 * The published typings lack config selects, two-argument validators and TypedInput's value labels.
 */
interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly _def: {
    readonly category: string;
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly credentials?: Readonly<Record<string, unknown>>;
  };
  /** Disabled. */
  readonly d?: boolean;
  readonly valid?: boolean;
  /** As HTML. */
  readonly validationErrors?: readonly string[];
  /** Set anew with each status that comes. */
  readonly status?: ShownStatus;
  /** Those that were typed and not deployed yet; `has_x` only tells that there is a password. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  [property: string]: unknown;
}

/** A status as it comes. */
interface ShownStatus {
  text?: unknown;
}

interface TypedInputType {
  readonly value: string;
  readonly label?: string;
  readonly icon?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly validate?: (value: string) => true | string;
  readonly valueLabel?: (container: JQuery, value: string) => void;
  readonly expand?: (this: TypedInputWidget) => void;
}

interface TypedInputWidget {
  value(): string;
  value(value: string): void;
}

/** What completes the topics of Node-RED's MQTT nodes. */
interface TopicSource {
  readonly type: 'node-red-mqtt-topic-autocomplete-source';
  getCompletions(typed: string, context: { readonly node: EditorNode }): readonly string[];
}

interface SidebarTab {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly content: JQuery;
  readonly iconClass: string;
  readonly action: string;
  readonly enableOnEdit: boolean;
}

interface Annotation {
  readonly type: 'badge';
  readonly class: string;
  filter(node: EditorNode): boolean;
  element(node: EditorNode): SVGElement;
  show(node: EditorNode): boolean;
  refresh(node: EditorNode): boolean;
  tooltip(node: EditorNode): string;
}

interface PopoverPanel {
  readonly container: JQuery;
  show(options: { readonly target: JQuery; readonly closeButton: JQuery; readonly onclose: () => void }): void;
  hide(dispose: boolean): void;
}

interface JQuery {
  typedInput(options: { readonly types: readonly (string | TypedInputType)[]; readonly default: string }): this;
  typedInput(method: 'type' | 'value'): string;
  typedInput(method: 'type' | 'value', value: string): this;
}

declare const RED: {
  readonly nodes: {
    node(id: string): EditorNode | null;
    /** What a type was registered with. */
    getType(type: string): object | undefined;
    subflow(id: string): { readonly env?: readonly { readonly name: string; readonly type: string }[] } | undefined;
    eachNode(visit: (node: EditorNode) => void): void;
    eachConfig(visit: (node: EditorNode) => void): void;
    workspace(id: string): { readonly disabled?: boolean } | null;
    filterNodes(filter: { readonly type?: string; readonly z?: string }): EditorNode[];
    add(node: EditorNode): EditorNode;
    dirty(): boolean;
    dirty(isDirty: boolean): void;
  };
  readonly view: {
    scale(): number;
    createNode(type: string, x: number, y: number): { readonly node: EditorNode; readonly historyEvent: object };
    select(selection: { readonly nodes: readonly EditorNode[] }): void;
    redraw(updateActive: boolean): void;
    /** Draws the status of a node, where it can be seen. */
    redrawStatus(node: EditorNode): void;
    readonly annotations: { register(id: string, annotation: Annotation): void };
  };
  readonly comms: { subscribe(topic: string, listener: (topic: string, status: ShownStatus) => void): void };
  readonly history: { push(event: object): void };
  readonly workspaces: { active(): string };
  readonly sidebar: {
    addTab(tab: SidebarTab): void;
    removeTab(id: string): void;
    show(id: string): void;
  };
  readonly actions: { add(name: string, act: () => void, options: { readonly label: string }): void };
  readonly events: {
    on(event: 'registry:node-set-removed', listener: (set: { readonly types: readonly string[] }) => void): void;
    on(event: 'registry:node-type-added', listener: (type: string) => void): void;
    on(event: string, listener: () => void): void;
    emit(event: string, node: EditorNode): void;
  };
  readonly i18n: { lang(): string };
  readonly user: { hasPermission(permission: string): boolean };
  readonly palette: { registerCategory?: (category: string, descriptionKey: string) => void };
  readonly plugins: { registerPlugin(id: string, plugin: TopicSource): void };
  readonly popover: {
    tooltip(target: JQuery, text: string): void;
    panel(content: JQuery): PopoverPanel;
  };
  readonly editor: {
    validateNode(node: EditorNode): void;
    editJSON(options: { readonly value: string; readonly focus: boolean; readonly complete: (value: string) => void }): void;
  };
  readonly i18n: { lang(): string };
  readonly utils: { getNodeLabel(node: EditorNode, fallback: string): string };
  readonly clipboard: { copyText(text: string, element?: JQuery, message?: string): boolean };
  readonly i18n: { lang(): string };
  _(key: string, values?: Readonly<Record<string, unknown>>): string;
};

declare module '*.css';

/** The languages of the catalogues, put in by the build. */
declare const LANGUAGES: readonly string[];
/** The descriptions of all node types, put in by the build. */
declare const DESCRIPTIONS: Readonly<Record<string, import('./fields').NodeDescription>>;

/** What the HTML file of a node hands over: a function that registers it. */
type RegisterNode = (ensemble: object) => void;

/**
 * Where the HTML files of the nodes put that. Node-RED loads them after the plugin, but when the package is installed while the
 * editor is open, all side by side: until the plugin is there, it is a list.
 */
interface Window {
  ensembleNodes?: RegisterNode[] | { push(register: RegisterNode): void };
}
