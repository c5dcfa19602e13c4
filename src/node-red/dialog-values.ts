import { EnsembleError, invalidInput } from '../core/errors';
import { redactor } from '../core/http/redact';
import { connectionSettings } from '../core/node-settings';
import type { Parameter, Parameters } from '../core/schema/parameters';
import { isAskedFor, isGiven, misfit, parseSettings } from '../core/schema/parse';
import type { ConfigNodeModule } from './config-node-definition';
import { instancesOf } from './connection-owner';
import { type Dialog, DialogError } from './dialog';
import { expressionIn, filled, type Variables, variablesFor } from './environment';
import type { NodeConfig, Red } from './red';

type Fields = Readonly<Record<string, unknown>>;

/** What a dialog asks for: part of a config node's definition. */
interface Described {
  readonly type: string;
  load(): Pick<ConfigNodeModule<never>, 'settings' | 'credentials'>;
}

/** What a dialog connects with. */
export interface Settled {
  readonly config: Fields;
  readonly credentials: Fields;
  readonly parameters: Fields;
  /** Whether a sign-in that is stored may be used. */
  readonly signInServes: boolean;
  /** Takes secrets out of what a vendor lists. */
  readonly hideInLists: (text: string) => string;
  /** Takes secrets, and what was read from the environment, out of sentences of a success: a short secret may be a part of the login's name there. */
  readonly hideInSuccess: (text: string) => string;
  /** The same for errors, in which anything may be echoed. */
  readonly hide: (text: string) => string;
}

/** Stands in a dialog for a password that Node-RED keeps to itself. */
const UNCHANGED = '__PWRD__';
/** Settings that every config node has beside those of its vendor: they choose from what is deployed, and are sent nowhere. */
const WAYS = ['tls', 'proxy'];

/**
 * The values of a dialog as a deploy would read them, and the stored credentials where it names no others. A secret is stored
 * for an address: another one gets what is typed, and nothing else. So it is with what only the environment knows.
 * @throws EnsembleError NOT_CONFIGURED, INVALID_INPUT
 */
export const settle = (RED: Red, definition: Described, dialog: Dialog): Settled => new DialogValues(RED, definition, dialog).settle();

class DialogValues {
  private readonly settings: Parameters;
  private readonly credentials: Parameters;
  /** The config node as it is deployed, disabled or not; undefined where it is not. */
  private readonly deployed: NodeConfig | undefined;
  private readonly variables: Variables;
  /** Settings that have a part in where requests go, or may have. */
  private readonly addressing: readonly string[];
  /** What was read from the environment, and how it is called there. */
  private readonly found: { readonly expression: string; readonly value: unknown }[] = [];

  constructor(
    private readonly RED: Red,
    { type, load }: Described,
    private readonly dialog: Dialog,
  ) {
    const { settings, credentials } = load();
    this.settings = settings;
    this.credentials = credentials;
    this.deployed = deployedConfig(RED, dialog.id);
    if (this.deployed && this.deployed.type !== type) throw invalidInput(`id: that node is no ${type}`);
    this.variables = variablesFor(RED, instancesOf(dialog.id)[0], this.deployed?.z ?? dialog.z);
    this.addressing = Object.keys(settings).filter((name) => settings[name]?.addressing !== false);
  }

  settle(): Settled {
    const config = this.readSettings();
    const credentials = this.readCredentials(config);
    const parameters = this.readParameters();
    const names = Object.keys(credentials).filter((name) => this.credentials[name]?.kind === 'secret');
    const secrets = names.map((name) => String(credentials[name]));
    const hideSecrets = redactor(secrets);
    const hideInLists = redactor(secrets.filter(({ length }) => length >= SHORTEST_IN_LISTS));
    return {
      config,
      credentials,
      parameters,
      signInServes: this.signInServes,
      hideInLists,
      hideInSuccess: (text) => hideInLists(this.hide(text)),
      hide: (text) => hideSecrets(this.hide(text)),
    };
  }

  private readSettings(): Fields {
    const parameters: Parameters = { ...connectionSettings, ...this.settings };
    const names = [...Object.keys(parameters), ...WAYS];
    const { values } = this.dialog;
    refuseVariables(names.filter((name) => expressionIn(own(values, name)) !== undefined && !this.mayRead(name)));
    const config = Object.fromEntries(names.map((name) => [name, this.fill(name, own(values, name), parameters[name])]));
    // What is wrong with them is told first.
    parseSettings(parameters, config);
    return config;
  }

  /** What leads somewhere goes nowhere else, and is read in any dialog; what is sent is read as it is deployed. */
  private mayRead(name: string): boolean {
    const parameter = this.settings[name];
    return parameter === undefined || leads(parameter) || (this.isUnchanged(name) && this.leadsWhereDeployed());
  }

  private readCredentials(config: Fields): Fields {
    const stored = this.deployed ? this.RED.nodes.getCredentials(this.dialog.id) : undefined;
    const isAsked = (parameter: Parameter<unknown>) => isAskedFor(parameter, (name) => config[name] ?? this.settings[name]?.default);
    const read: Record<string, unknown> = {};
    const [elsewhere, variables]: [string[], string[]] = [[], []];
    for (const [name, parameter] of Object.entries(this.credentials)) {
      const given = own(this.dialog.credentials, name);
      const typed = given === UNCHANGED ? undefined : given;
      const value = typed ?? own(stored, name);
      const mayUse = this.leadsWhereDeployed(parameter.sentTo) || (typed !== undefined && expressionIn(typed) === undefined);
      if (value === undefined) continue;
      if (mayUse) read[name] = this.fill(name, value, parameter);
      else if (isAsked(parameter)) (typed === undefined ? elsewhere : variables).push(name);
    }
    refuseVariables(variables);
    if (elsewhere.length === 0) return read;
    const what = `${elsewhere.join(', ')}: stored for another address. Type it again, or deploy first`;
    throw new DialogError('retype', elsewhere, what);
  }

  /** Whether all that decides where something is sent is as it is deployed. */
  private leadsWhereDeployed(names = this.addressing): boolean {
    return this.deployed !== undefined && [...names, ...WAYS].every((name) => this.isUnchanged(name));
  }

  private isUnchanged(name: string): boolean {
    const parameter = this.settings[name];
    return asText(own(this.dialog.values, name), parameter) === asText(this.deployed?.[name], parameter);
  }

  /** What a sign-in brought is bound to its server by the vendor's code, but not to the way there. */
  private get signInServes(): boolean {
    const isServer = (name: string) => leads(this.settings[name] ?? {});
    const goesElsewhere = this.addressing.filter(isServer).some((name) => !this.isUnchanged(name));
    return this.deployed === undefined || goesElsewhere || this.leadsWhereDeployed();
  }

  /** The rows of an action's panel, as its node reads them; where that is not deployed so, a variable is as good as nothing. */
  private readParameters(): Fields {
    const { id, node, parameters } = this.dialog;
    const config = deployedConfig(this.RED, node);
    const instance = this.RED.nodes.getNode(node);
    const isThis = instance && config?.connection === id && this.leadsWhereDeployed();
    const inputs = (config?.parameters ?? {}) as Readonly<Record<string, { readonly value?: unknown } | undefined>>;
    const entries = Object.entries(parameters).flatMap(([name, value]) => {
      if (expressionIn(value) === undefined) return [[name, value]];
      const isDeployed = isThis && value === (own(inputs, name)?.value ?? own(config, name));
      return isDeployed
        ? [
            [
              name,
              this.noted(
                value,
                filled(value, (variable) => this.RED.util.getSetting(instance, variable)),
              ),
            ],
          ]
        : [];
    });
    return Object.fromEntries(entries);
  }

  /** @throws EnsembleError NOT_CONFIGURED without the value, where that comes from the environment and does not fit */
  private fill(name: string, given: unknown, parameter?: Parameter<unknown>): unknown {
    const expression = expressionIn(given);
    if (expression === undefined) return given;
    const value = this.noted(given, filled(given, this.variables));
    const isWrong = value !== given && parameter && isGiven(parameter, value) && misfit(parameter, value);
    if (isWrong) throw new EnsembleError('NOT_CONFIGURED', `${name}: what ${expression} stands for does not fit`);
    return value;
  }

  private noted(expression: unknown, value: unknown): unknown {
    if (typeof expression === 'string' && value !== expression) this.found.push({ expression, value });
    return value;
  }

  /** An address shows in errors by its host, too. */
  private hide(text: string): string {
    const hidden = this.found.flatMap(({ expression, value }) => {
      const words = String(value);
      const hosts = URL.canParse(words) ? [new URL(words).host, new URL(words).hostname] : [];
      return [words, ...hosts].filter(({ length }) => length >= SHORTEST).map((word) => [word, expression] as const);
    });
    const plain = hidden
      .sort(([one], [other]) => other.length - one.length)
      .reduce((rest, [word, expression]) => rest.replaceAll(word, () => expression), text);
    // In whatever form it is sent.
    return redactor(hidden.map(([word]) => word))(plain);
  }
}

/** Shorter ones stand in plain words. */
const SHORTEST = 4;
/** Shorter ones may stand in an id by chance, which is to be saved as it is. */
const SHORTEST_IN_LISTS = 8;

/** Whether a setting says where to, or chooses from what there is: what stands in it is sent to nobody else. */
const leads = ({ kind, addressing }: Partial<Parameter<unknown>>): boolean =>
  kind === 'host' || kind === 'port' ? addressing !== false : kind === 'address' || kind === 'choice' || kind === 'boolean';

function refuseVariables(names: readonly string[]): void {
  if (names.length === 0) return;
  const what = `${names.join(', ')}: a variable of the environment is sent only where the deployed node sends it. Deploy first, or type the value`;
  throw new DialogError('environment', names, what);
}

function deployedConfig(RED: Red, id: string): NodeConfig | undefined {
  let found: NodeConfig | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id) found = config;
  });
  return found;
}

const own = <T>(fields: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined;

/** A setting as it counts: the form and the editor hold numbers and switches in different types. */
function asText(value: unknown, parameter?: Parameter<unknown>): string {
  const given = value === undefined || value === null || value === '' ? (parameter?.default ?? '') : value;
  const text = typeof given === 'string' ? given.trim() : JSON.stringify(given);
  return parameter?.kind === 'address' ? text.replace(/\/+$/, '') : text;
}
