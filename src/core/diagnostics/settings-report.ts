import { isIP } from 'node:net';
import { urlOf } from '../schema/host';
import type { Parameter, Parameters } from '../schema/parameters';
import { isGiven } from '../schema/parse';
import { type Shape, shapeOf } from './shape';

/** Settings as a report shows them: choices, switches and plain numbers as they are; of everything else only of what kind it is. */
export type SettingsReport = Readonly<Record<string, Shape | number | boolean>>;

export function settingsReport(parameters: Parameters, values: Readonly<Record<string, unknown>>): SettingsReport {
  const entries = Object.entries(parameters).map(([name, parameter]) => [name, settingReport(parameter, values[name])] as const);
  return Object.fromEntries(entries);
}

function settingReport(parameter: Parameter<unknown>, value: unknown): Shape | number | boolean {
  if (!isGiven(parameter, value)) return 'not set';
  if (value === parameter.default) return parameter.kind === 'secret' ? 'set' : 'default';
  if (typeof value === 'string' && value.includes('${')) return 'from the environment';
  switch (parameter.kind) {
    case 'choice':
      return parameter.options?.includes(String(value)) ? String(value) : 'not one of the options';
    case 'boolean':
      return String(value) === 'true';
    case 'integer':
    case 'number':
    case 'port':
      return parameter.personal || !Number.isFinite(Number(value)) ? 'set' : Number(value);
    case 'host':
      return hostKind(String(value));
    case 'address':
      return addressKind(String(value));
    case 'object':
      return shapeOf(typeof value === 'string' ? parsed(value) : value);
    default:
      return 'set';
  }
}

function addressKind(value: string): string {
  const url = urlOf(value);
  if (!url) return 'set, but no address';
  const port = url.port && `, port ${url.port}`;
  const path = url.pathname.length > 1 ? `, with a path` : '';
  return `${url.protocol}// and ${hostKind(url.hostname)}${port}${path}`;
}

/** Of where a host is, as far as its address tells. */
function hostKind(host: string): string {
  const address = host.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || /^127\.|^::1$/.test(address)) return 'this machine';
  if (!isIP(address)) return address.endsWith('.local') ? 'a name in the local network' : 'a name';
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80)/i.test(address)
    ? 'a private IP address'
    : 'a public IP address';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
