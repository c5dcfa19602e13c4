import { told } from '../core/error-texts';
import { EnsembleError, invalidInput } from '../core/errors';
import { redactor } from '../core/http/redact';
import { connectionSettings } from '../core/node-settings';
import { urlOf } from '../core/schema/host';
import type { Parameter, Parameters } from '../core/schema/parameters';
import { isAskedFor, isGiven, misfit, parseSettings } from '../core/schema/parse';
import type { ConfigNodeModule } from './config-node-definition';
import { instancesOf } from './connection-owner';
import { type Dialog, DialogError, type DialogFields } from './dialog';
import { expressionIn, type ReadVariable, variablesFor, withVariables } from './environment';
import type { NodeConfig, Red } from './red';
import { tell } from './texts';

/** What a dialog asks for: part of a config node's definition. */
interface DialogDefinition {
  readonly type: string;
  load(): Pick<ConfigNodeModule<never>, 'settings' | 'credentials'>;
}

/** What a dialog connects with. */
export interface DialogValues {
  readonly config: DialogFields;
  readonly credentials: DialogFields;
  readonly parameters: DialogFields;
  /** Whether a stored sign-in may be used. */
  readonly mayUseSignIn: boolean;
  /** Whether all is sent where the deployed node sends it: variables may be. */
  readonly goesWhereDeployed: boolean;
  /** Notes a variable that was filled in: neither the user nor a server may see more of it than the name. */
  readonly used: (expression: string, value: unknown) => void;
  /** Takes secrets out of what a vendor lists. */
  readonly hideInLists: (text: string) => string;
  /** Takes secrets and the values of variables out of a success's text, in which a short secret may be a part of the login's name. */
  readonly hideInSuccess: (text: string) => string;
  /** The same for errors, in which a server may echo anything. */
  readonly hide: (text: string) => string;
}

/** Stands in a dialog for a password that Node-RED keeps to itself. */
const UNCHANGED = '__PWRD__';
/** Settings of every config node that refer to another config node; they are not sent. */
const NETWORK_SETTINGS = ['tls', 'proxy'];

/**
 * The values of a dialog as a deploy would read them, and the stored credentials where it has no others. Stored secrets and the values
 * of variables are used only for the address for which they are deployed; another one gets what stands in the dialog, and nothing else.
 * There a person reads what is no secret: it is sent wherever the dialog leads, typed anew or not.
 * @throws EnsembleError NOT_CONFIGURED, INVALID_INPUT
 */
export const readDialog = (RED: Red, definition: DialogDefinition, dialog: Dialog): DialogValues =>
  new DialogReader(RED, definition, dialog).read();

class DialogReader {
  private readonly settings: Parameters;
  private readonly credentials: Parameters;
  /** The config node as it is deployed, disabled or not; undefined where it is not. */
  private readonly deployed: NodeConfig | undefined;
  private readonly variables: ReadVariable;
  /** Settings that may decide where requests go. */
  private readonly addressing: readonly string[];
  /** The variables that were filled in, with their values: neither the user nor a server may see more of them than the name. */
  private readonly variablesUsed: { readonly expression: string; readonly value: unknown }[] = [];

  constructor(
    private readonly RED: Red,
    { type, load }: DialogDefinition,
    private readonly dialog: Dialog,
  ) {
    const { settings, credentials } = load();
    this.settings = settings;
    this.credentials = credentials;
    this.deployed = deployedConfig(RED, dialog.id);
    if (this.deployed && this.deployed.type !== type) throw invalidInput(`id: that node is no ${type}`, tell('unread'));
    this.variables = variablesFor(RED, instancesOf(dialog.id)[0], this.deployed?.z ?? dialog.z);
    this.addressing = Object.keys(settings).filter((name) => settings[name]?.addressing !== false);
  }

  read(): DialogValues {
    const config = this.readSettings();
    const credentials = this.readCredentials(config);
    const parameters = this.readParameters();
    const names = Object.keys(credentials).filter((name) => this.credentials[name]?.kind === 'secret');
    const secrets = names.map((name) => String(credentials[name]));
    const hideSecrets = redactor(secrets);
    const hideInLists = redactor(secrets.filter(({ length }) => length >= MIN_LENGTH_IN_LISTS));
    return {
      config,
      credentials,
      parameters,
      mayUseSignIn: this.mayUseSignIn,
      goesWhereDeployed: this.goesWhereDeployed(),
      used: (expression, value) => void this.remember(expression, value),
      hideInLists,
      hideInSuccess: (text) => hideInLists(this.hide(text)),
      hide: (text) => hideSecrets(this.hide(text)),
    };
  }

  private readSettings(): DialogFields {
    const parameters: Parameters = { ...connectionSettings, ...this.settings };
    const names = [...Object.keys(parameters), ...NETWORK_SETTINGS];
    const { values } = this.dialog;
    refuseVariables(names.filter((name) => expressionIn(ownField(values, name)) !== undefined && !this.mayRead(name)));
    const config = Object.fromEntries(names.map((name) => [name, this.withVariables(name, ownField(values, name), parameters[name])]));
    // An error in the settings comes before one in the credentials.
    parseSettings(parameters, config);
    return config;
  }

  /** A variable in an address is not sent, and is read in any dialog; one that is sent is read only as it is deployed. */
  private mayRead(name: string): boolean {
    const parameter = this.settings[name];
    return parameter === undefined || saysWhere(parameter) || (this.isUnchanged(name) && this.goesWhereDeployed());
  }

  private readCredentials(config: DialogFields): DialogFields {
    const stored = this.deployed ? this.RED.nodes.getCredentials(this.dialog.id) : undefined;
    const isAsked = (parameter: Parameter<unknown>) => isAskedFor(parameter, (name) => config[name] ?? this.settings[name]?.default);
    const read: Record<string, unknown> = {};
    const [elsewhere, variables]: [string[], string[]] = [[], []];
    for (const [name, parameter] of Object.entries(this.credentials)) {
      const given = ownField(this.dialog.credentials, name);
      const typed = given === UNCHANGED ? undefined : given;
      const value = typed ?? ownField(stored, name);
      const mayUse = this.goesWhereDeployed(parameter.sentTo) || (typed !== undefined && expressionIn(typed) === undefined);
      if (value === undefined) continue;
      if (mayUse) read[name] = this.withVariables(name, value, parameter);
      else if (isAsked(parameter)) (typed === undefined ? elsewhere : variables).push(name);
    }
    refuseVariables(variables);
    if (elsewhere.length === 0) return read;
    const what = `${elsewhere.join(', ')}: stored for another address. Type it again, or deploy first`;
    const refusal = new DialogError('retype', elsewhere, what);
    // Without the node of another panel, it is the dialog of the connection itself.
    throw this.dialog.node === '' ? refusal.telling(tell('refused.retypeHere', {}, elsewhere)) : refusal;
  }

  /** Whether all that decides where something is sent is as it is deployed. */
  private goesWhereDeployed(names = this.addressing): boolean {
    return this.deployed !== undefined && [...names, ...NETWORK_SETTINGS].every((name) => this.isUnchanged(name));
  }

  private isUnchanged(name: string): boolean {
    const parameter = this.settings[name];
    return asText(ownField(this.dialog.values, name), parameter) === asText(this.deployed?.[name], parameter);
  }

  /** The vendor's code keeps tokens to their server, but not to the proxy or the TLS settings. */
  private get mayUseSignIn(): boolean {
    const isServer = (name: string) => saysWhere(this.settings[name] ?? {});
    const goesElsewhere = this.addressing.filter(isServer).some((name) => !this.isUnchanged(name));
    return this.deployed === undefined || goesElsewhere || this.goesWhereDeployed();
  }

  /** The rows of an action's panel, as its node reads them; a variable that is not deployed there counts as empty. */
  private readParameters(): DialogFields {
    const { id, node, parameters } = this.dialog;
    const config = deployedConfig(this.RED, node);
    const instance = this.RED.nodes.getNode(node);
    const isThis = instance && config?.connection === id && this.goesWhereDeployed();
    const inputs = (config?.parameters ?? {}) as Readonly<Record<string, { readonly value?: unknown } | undefined>>;
    const entries = Object.entries(parameters).flatMap(([name, value]) => {
      if (expressionIn(value) === undefined) return [[name, value]];
      const isDeployed = isThis && value === (ownField(inputs, name)?.value ?? ownField(config, name));
      return isDeployed
        ? [
            [
              name,
              this.remember(
                value,
                withVariables(value, (variable) => this.RED.util.getSetting(instance, variable)),
              ),
            ],
          ]
        : [];
    });
    return Object.fromEntries(entries);
  }

  /** @throws EnsembleError NOT_CONFIGURED without the value, where that comes from the environment and does not fit */
  private withVariables(name: string, given: unknown, parameter?: Parameter<unknown>): unknown {
    const expression = expressionIn(given);
    if (expression === undefined) return given;
    const value = this.remember(given, withVariables(given, this.variables));
    const isWrong = parameter && isGiven(parameter, value) && misfit(parameter, value);
    if (isWrong && value === given)
      throw new EnsembleError(
        'NOT_CONFIGURED',
        `${name}: the environment variable in ${expression} is not set`,
        told('unset', { expression }, [name]),
      );
    if (isWrong)
      throw new EnsembleError(
        'NOT_CONFIGURED',
        `${name}: what ${expression} stands for does not fit`,
        told('variable', { expression }, [name]),
      );
    return value;
  }

  private remember(expression: unknown, value: unknown): unknown {
    if (typeof expression === 'string' && value !== expression) this.variablesUsed.push({ expression, value });
    return value;
  }

  /** Of an address the host is hidden, too. */
  private hide(text: string): string {
    const hidden = this.variablesUsed.flatMap(({ expression, value }) => {
      const words = String(value);
      const url = urlOf(words);
      const hosts = url ? [url.host, url.hostname] : [];
      return [words, ...hosts].filter(({ length }) => length >= MIN_LENGTH).map((word) => [word, expression] as const);
    });
    const plain = hidden
      .sort(([one], [other]) => other.length - one.length)
      .reduce((rest, [word, expression]) => rest.replaceAll(word, () => expression), text);
    // Encoded forms, too.
    return redactor(hidden.map(([word]) => word))(plain);
  }
}

/** Shorter values are parts of ordinary words. */
const MIN_LENGTH = 4;
/** Shorter ones may be in an id by chance, which must be saved unchanged. */
const MIN_LENGTH_IN_LISTS = 8;

/** Whether a setting says where requests go, or is a choice: its value is not sent as data. */
const saysWhere = ({ kind, addressing }: Partial<Parameter<unknown>>): boolean =>
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

const ownField = <T>(fields: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined;

/** A setting in a form that can be compared: form and editor have numbers and switches in different types. */
function asText(value: unknown, parameter?: Parameter<unknown>): string {
  const given = value === undefined || value === null || value === '' ? (parameter?.default ?? '') : value;
  const text = typeof given === 'string' ? given.trim() : JSON.stringify(given);
  return parameter?.kind === 'address' ? text.replace(/\/+$/, '') : text;
}
