import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assumption, type CheckedAssumption, checkAll, plainText } from '../core/diagnostics/assumption';
import type { Recorder } from '../core/diagnostics/recorder';
import { settingsReport } from '../core/diagnostics/settings-report';
import { connectionSettings } from '../core/node-settings';
import type { Scope } from '../core/scope';
import { inEnglish } from '../core/sentence';
import { asData } from './admin-guard';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { ownersOf } from './connection-owner';
import type { Dialog } from './dialog';
import type { NodeConfig, Red } from './red';

/** Of this package. This file is three folders below its root, and so is the bundle. */
const version = (): string => (JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string }).version;

/** What *Check* found last, by the id of the config node: it goes into the report. */
const lastChecks = new Map<
  string,
  { readonly at: string; readonly checked: readonly CheckedAssumption[]; readonly recorder: Recorder; readonly asDeployed: boolean }
>();
const MAX_CHECKS = 100;

/** An assumption as the report has it. */
interface ReportedAssumption extends Omit<CheckedAssumption, 'found' | 'probe'>, Pick<Assumption, 'what'> {
  /** In English. */
  readonly found: string;
  readonly probe?: string;
}

/** As a panel shows it, in the user's language: what is assumed is in the catalogue. */
interface ShownAssumption extends ReportedAssumption {
  readonly told: readonly object[];
  readonly toldProbe?: object;
}

/**
 * Asks the vendor what is true, as it is deployed or as it stands in the dialog, and remembers it for the report. The dialog's `parameters.probe` names the assumption to whose
 * request a person has agreed. @throws EnsembleError CANCELLED */
export async function check<T extends ConfigNodeType>(
  definition: ConfigNodeDefinition<T>,
  { id, parameters: { probe } }: Dialog,
  connection: Clients[T],
  { scope, asDeployed }: { readonly scope: Scope; readonly asDeployed: boolean },
): Promise<{ readonly checked: readonly ShownAssumption[] }> {
  const { assumptions = [] } = definition.load();
  const checked = await checkAll(assumptions, connection, { scope, probe: typeof probe === 'string' ? probe : undefined });
  const isNew = (one: CheckedAssumption) => !checked.some(({ id }) => id === one.id);
  const before = probe === undefined ? [] : (lastChecks.get(id)?.checked.filter(isNew) ?? []);
  lastChecks.delete(id);
  lastChecks.set(id, { at: new Date().toISOString(), checked: [...before, ...checked], recorder: connection.recorder, asDeployed });
  if (lastChecks.size > MAX_CHECKS) lastChecks.delete([...lastChecks.keys()][0] ?? '');
  const words = new Map(assumptions.map((assumption) => [assumption.id, plainText(assumption.what)]));
  return {
    checked: checked.map((one) => ({
      ...inWords(one),
      what: words.get(one.id) ?? '',
      told: one.found.map(asData),
      ...(one.probe && { toldProbe: asData(one.probe) }),
    })),
  };
}

/** In English. */
const inWords = ({ found, probe, ...one }: CheckedAssumption): Omit<ReportedAssumption, 'what'> => ({
  ...one,
  found: inEnglish(found),
  ...(probe && { probe: probe.text }),
});

/**
 * What a person can send to somebody who looks for a fault: of the config node as it is deployed, else as it stands in the dialog.
 * No value of the user's, the vendor's or a device's is in it, but for choices, switches and numbers of the settings.
 */
export function makeReport<T extends ConfigNodeType>(RED: Red, { type, load }: ConfigNodeDefinition<T>, dialog: Dialog): object {
  const { settings, credentials } = load();
  const nodes = deployedNodes(RED);
  const deployed = nodes.find(({ id }) => id === dialog.id);
  const config = deployed ?? dialog.values;
  const stored: Readonly<Record<string, unknown>> = { ...RED.nodes.getCredentials(dialog.id), ...dialog.credentials };
  // In a subflow there is one for each instance.
  const owners = ownersOf(dialog.id, type);
  const connections = owners.flatMap(({ current }) => current ?? []);
  const check = lastChecks.get(dialog.id);
  // A check of a dialog that is as it was deployed uses the deployed connection.
  const recorders = new Set([...connections.map(({ recorder }) => recorder), ...(check ? [check.recorder] : [])]);
  const recorded = [...recorders].map((recorder) => recorder.report());
  return {
    report: 'ensemble-diagnostics 1',
    made: new Date().toISOString(),
    type,
    versions: { package: version(), nodeRed: RED.version(), node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    deployed: deployed !== undefined,
    settings: {
      ...settingsReport({ ...connectionSettings, ...settings }, config),
      ...settingsReport(credentials, stored),
      ...Object.fromEntries(['tls', 'proxy'].map((name) => [name, config[name] ? 'set' : 'not set'])),
    },
    nodes: countTypes(nodes.filter((node) => node.connection === dialog.id)),
    connection: owners[0]?.describe() ?? null,
    exchanges: lastOf(recorded.flatMap(({ exchanges }) => exchanges)),
    events: lastOf(recorded.flatMap(({ events }) => events)),
    ...(owners.length > 1 && { otherInstances: owners.slice(1).map((owner) => owner.describe()) }),
    // Otherwise settings and connection may be other ones than those of the check.
    check: check ? { at: check.at, asDeployed: check.asDeployed } : null,
    assumptions: (check?.checked ?? []).map(inWords).map(({ correction, probe: _, ...one }) => ({
      ...one,
      ...(correction && { corrects: correction.setting }),
    })),
  };
}

/** Exchanges and events, each, that a report has. */
const MAX_REPORTED = 100;
const lastOf = <T extends { readonly at: string }>(all: readonly T[]): T[] =>
  [...all].sort((one, other) => one.at.localeCompare(other.at)).slice(-MAX_REPORTED);

function deployedNodes(RED: Red): NodeConfig[] {
  const nodes: NodeConfig[] = [];
  RED.nodes.eachNode((config) => nodes.push(config));
  return nodes;
}

function countTypes(nodes: readonly NodeConfig[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of nodes) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
