// Makes the JSON Schemas of the nodes, for tools that write or check flows: of the settings as a flow file has them (the root), of
// the message that a node takes ($defs.input) and of the message that it gives ($defs.output).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMPTY, object, schemaOfResult, schemaOfValue, text } from './json-schema.mjs';

const root = join(fileURLToPath(import.meta.url), '../..');
const require = createRequire(import.meta.url);

const PLACE = 'https://unpkg.com/@ensemble-flows/node-red-ensemble/resources/schemas/';
const mapEntries = (record, change) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
const ref = (name) => ({ $ref: `#/$defs/${name}` });
/** A keyword of JSON Schema; as a plain key it would look like a promise's method. */
const THEN = 'then';
const when = (name, value, consequence) => ({ if: object({ [name]: { const: value } }, { required: [name] }), [THEN]: consequence });

/** Node-RED replaces a value of this form by that of the environment variable. */
const VARIABLE = { title: 'environment variable', ...text('^\\$\\{[^}]+\\}$') };
const orVariable = ({ anyOf, ...texts }) => ({ ...texts, anyOf: [...anyOf, ref('variable')] });

/** Kinds of parameters for which true and false are no values. */
const TAKES_BOOLEANS = ['boolean', 'scalar'];
/** Kinds whose JSON text is checked as other text is. */
const CHECKED_AS_JSON = ['integer', 'number', 'port', 'grid'];
const TYPES = ['str', 'num', 'bool', 'json', 'bin', 'msg', 'flow', 'global', 'env', 'jsonata'];
const NUMBER_TEXT = text('^\\s*([-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?|0[xXoObB][\\da-fA-F]+)?\\s*$');

const typed = (types, value) => ({ if: object({ type: { enum: types } }), [THEN]: object({ value }) });

const TYPED_INPUT = object(
  { type: { enum: TYPES }, value: {} },
  {
    title: 'TypedInput',
    description: 'A value and where it comes from, as Node-RED’s TypedInput saves it.',
    required: ['type', 'value'],
    allOf: [
      typed(['str'], { anyOf: [text(), { type: 'number' }] }),
      typed(['num'], { anyOf: [{ type: 'number' }, NUMBER_TEXT, ref('variable')] }),
      typed(['bool'], { anyOf: [{ enum: [true, false, 'true', 'false', ''] }, ref('variable')] }),
      typed(['json', 'bin', 'msg', 'flow', 'global', 'env', 'jsonata'], text()),
    ],
  },
);

/** What Node-RED saves of every node beside its settings. */
const NODE = {
  id: text(),
  z: { description: 'Id of the tab or subflow.', ...text() },
  g: { description: 'Id of the group.', ...text() },
  name: { description: 'Name in the editor.', ...text() },
  d: { description: 'Disabled.', type: 'boolean' },
  info: { description: 'Description in the editor.', ...text() },
};
const ON_CANVAS = {
  x: { type: 'number' },
  y: { type: 'number' },
  wires: {
    description: 'Ids of the nodes that each output leads to.',
    type: 'array',
    items: { type: 'array', items: text() },
  },
};
/** That a setting must be filled while others have the values with which the panel asks for it. */
function filledWhen(name, settings) {
  const conditions = Object.entries(settings[name].when ?? {}).map(([other, values]) => {
    const { default: preset } = settings[other];
    const wanted = [values].flat();
    const isPreset = wanted.includes(String(preset));
    const condition = { enum: [...wanted, ...(isPreset ? EMPTY : [])] };
    return object({ [other]: condition }, { required: isPreset ? [] : [other] });
  });
  return { if: { allOf: conditions }, [THEN]: object({ [name]: { not: { enum: EMPTY } } }, { required: [name] }) };
}

/** That one setting must be filled, or another. */
const filledEither = (...names) => ({
  anyOf: names.map((name) => object({ [name]: { not: { enum: EMPTY } } }, { required: [name] })),
});

/** Names of what was selected from a list, by field and value. */
const LABELS = {
  description: 'The names of what was selected from a list: by parameter or setting, by value. Shown in the editor; no node reads them.',
  type: 'object',
  additionalProperties: { type: 'object', additionalProperties: text() },
};
const hasLists = ({ operations = [], settings = {} }) =>
  [settings, ...operations.map(({ parameters }) => parameters)].some((fields) => Object.values(fields).some(({ lookup }) => lookup));

const idOf = (type) => ({ description: `Id of the ${type} node.`, ...text() });

/** A parameter as the node saves it; what is no constant is known only when a message comes. */
function typedParameter(value, { kind, required, allowEmpty }) {
  const filled = TYPES.filter((type) => required && !(allowEmpty && type === 'str'));
  const constants = ['str', 'num', ...(CHECKED_AS_JSON.includes(kind) ? ['json'] : [])];
  return {
    ...ref('typedInput'),
    ...object(TAKES_BOOLEANS.includes(kind) ? {} : { type: { not: { const: 'bool' } } }),
    ...typed(constants, { anyOf: [ref(value), ref('variable')] }),
    ...(filled.length > 0 && { allOf: [typed(filled, { not: { enum: EMPTY } })] }),
  };
}

/** Definitions of the parameters of all operations, as values and as the node saves them; one that several describe alike has one. */
class Definitions {
  all = {};

  constructor(operations) {
    for (const { id, parameters } of operations) for (const [name, parameter] of Object.entries(parameters)) this.add(id, name, parameter);
  }

  add(operation, name, parameter) {
    const schema = schemaOfValue(parameter);
    const isFree = (key) => !(`value.${key}` in this.all) || JSON.stringify(this.all[`value.${key}`]) === JSON.stringify(schema);
    const key = [name, `${operation}.${name}`].find(isFree);
    this.all[`value.${key}`] = schema;
    this.all[`typed.${key}`] = typedParameter(`value.${key}`, parameter);
  }

  /** References to the definitions of an operation's parameters, by their names. */
  of(form, { id, parameters }) {
    const keyOf = (name) => [`${form}.${id}.${name}`, `${form}.${name}`].find((key) => key in this.all);
    return object(mapEntries(parameters, (name) => ref(keyOf(name))));
  }

  /** What a node must save for an operation that no message can change. */
  ofNode(operation) {
    const required = Object.keys(operation.parameters).filter((name) => operation.parameters[name].required);
    const filled = (name) => object({ [name]: object({ value: { not: { enum: EMPTY } } }, { required: ['value'] }) }, { required: [name] });
    const pairs = Object.entries(operation.parameters).filter(([, { alternative }]) => alternative !== undefined);
    const alternatives = pairs.map(([name, { alternative }]) => ({ oneOf: [filled(name), filled(alternative)] }));
    const given = (name) => (operation.parameters[name].allowEmpty ? object({ [name]: {} }, { required: [name] }) : filled(name));
    if (operation.oneOf) alternatives.push({ anyOf: operation.oneOf.least.map(given) });
    const parameters = { ...this.of('typed', operation), required, ...(alternatives.length > 0 && { allOf: alternatives }) };
    return object({ parameters }, { required: required.length + alternatives.length > 0 ? ['parameters'] : [] });
  }
}

function ofAction({ operations, settings = {} }, definitions) {
  const { actionSettings } = require(join(root, 'dist/src/core/node-settings.js'));
  const names = operations.map(({ id, label, help, more }) => ({
    const: id,
    title: label,
    description: [help, more].filter(Boolean).join(' '),
  }));
  return {
    settings: { ...settings, ...actionSettings },
    properties: {
      operation: orVariable({ anyOf: [...names, { const: '', title: 'set by msg.operation' }] }),
      parameters: object({}, { description: 'Values of the parameters, by their names.', additionalProperties: ref('typedInput') }),
    },
    conditions: operations.map((operation) => when('operation', operation.id, definitions.ofNode(operation))),
    input: object(
      {
        payload: { description: 'Read where a parameter is set to msg.payload, as any other property.' },
        operation: { description: 'Read where the node has no operation of its own.', anyOf: [...names, { enum: ['', null] }] },
        parameters: {
          description: 'Read where the node has no operation of its own. Fills the parameters that the node leaves empty.',
          anyOf: [{ type: 'object' }, { type: 'null' }],
        },
      },
      {
        title: 'the message in',
        // A misspelt parameter is refused.
        allOf: operations.map((operation) =>
          when('operation', operation.id, {
            ...object({
              parameters: { anyOf: [{ ...definitions.of('value', operation), additionalProperties: false }, { type: 'null' }] },
            }),
          }),
        ),
      },
    ),
    output: object(
      {
        payload: {
          description: 'The result, where the setting “result” is payload.',
          anyOf: operations.map(({ result, label, help, more }) => ({
            title: label,
            description: [help, more].filter(Boolean).join(' '),
            ...schemaOfResult(result),
          })),
        },
        statusCode: { description: 'HTTP status of the vendor’s response.', type: 'integer' },
      },
      { title: 'the message out', description: 'The message that came in, with the result.', required: ['statusCode'] },
    ),
  };
}

function ofEvents({ settings, emits }, vendor) {
  const { payload, sources, types, details = {} } = emits;
  return {
    settings,
    input: false,
    output: object(
      {
        topic: text(),
        payload: schemaOfResult({ schema: payload }),
        event: object(
          {
            vendor: { const: vendor },
            source: { description: 'The feed it came by.', enum: sources },
            type: { description: 'What the vendor calls this kind of event.', ...(types ? { enum: types } : text()) },
            initial: { description: 'Describes the state at start.', type: 'boolean' },
            resumed: { description: 'Caught up after an interruption.', type: 'boolean' },
            raw: { description: 'The vendor’s own message.' },
            ...mapEntries(details, (_name, schema) => schemaOfResult({ schema })),
          },
          { required: ['vendor', 'source', 'type', 'initial', 'resumed', 'raw', ...always(details)] },
        ),
      },
      { title: 'the message out', required: ['topic', 'payload', 'event'] },
    ),
  };
}

/** Names of the schemas that do not take undefined. */
const always = (schemas) => Object.keys(schemas).filter((name) => !schemas[name].safeParse(undefined).success);

function ofConnection({ settings, credentials }) {
  const { connectionSettings } = require(join(root, 'dist/src/core/node-settings.js'));
  return {
    settings: { ...settings, ...connectionSettings },
    properties: {
      tls: idOf('tls-config'),
      proxy: idOf('http proxy'),
      credentials: object(
        mapEntries(credentials, (_name, { label, help, more }) => ({
          title: label,
          description: [help, more].filter(Boolean).join(' '),
          ...text(),
        })),
        {
          description: 'Only in a flow that is written to be imported: Node-RED keeps them apart, and exports none.',
        },
      ),
    },
    input: false,
    output: false,
  };
}

/**
 * The schema of a node type.
 * @param module what the vendor's file of the same name exports
 * @param label what the palette calls it
 * @param connection type of its config node; undefined where it needs none
 */
export function schemaOfNode(type, module, { label, vendor, connection }) {
  const { operations, credentials } = module;
  const definitions = new Definitions(operations ?? []);
  const isConfig = credentials !== undefined;
  const partsOf = () => {
    if (operations) return ofAction(module, definitions);
    if (isConfig) return ofConnection(module);
    if (connection === undefined) return { settings: module.settings, input: false, output: false };
    if (!module.emits) throw new Error(`the file of ${type} in src/vendors must export what its messages hold, as emits`);
    return ofEvents(module, vendor);
  };
  const parts = partsOf();
  const needsConnection = connection !== undefined && !isConfig;
  const names = Object.keys(parts.settings);
  const needed = names.filter((name) => parts.settings[name].needed).map((name) => filledWhen(name, parts.settings));
  const eithers = names.filter((name) => parts.settings[name].orElse).map((name) => filledEither(name, parts.settings[name].orElse));
  const conditions = [...(parts.conditions ?? []), ...needed, ...eithers];
  const takesNone = parts.input === false && parts.output === false;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${PLACE}${type}.json`,
    title: label,
    description: `The settings of a ${type} node, as a flow file has them. A setting that is missing or empty takes its default; what has none is required.`,
    ...(takesNone && { $comment: 'The node takes and gives no messages: $defs.input and $defs.output allow none.' }),
    ...object(
      {
        ...NODE,
        type: { const: type },
        ...(!isConfig && ON_CANVAS),
        ...(needsConnection && { connection: { ...idOf(connection), minLength: 1 } }),
        ...mapEntries(parts.settings, (_name, parameter) => orVariable(schemaOfValue(parameter, parameter.required))),
        ...(!isConfig && hasLists(module) && { labels: LABELS }),
        ...parts.properties,
      },
      { required: ['id', 'type', ...(needsConnection ? ['connection'] : []), ...names.filter((name) => parts.settings[name].required)] },
    ),
    // Settings of later releases are let through.
    additionalProperties: true,
    ...(conditions.length > 0 && { allOf: conditions }),
    $defs: {
      input: parts.input,
      output: parts.output,
      variable: VARIABLE,
      ...(operations && { typedInput: TYPED_INPUT, ...definitions.all }),
    },
  };
}
