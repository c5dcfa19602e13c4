import type { ActionNodeModule } from './action-setup';
import type { Clients, ConfigNodeType } from './clients';

export interface ActionNodeDefinition<T extends ConfigNodeType> {
  readonly type: string;
  readonly vendor: Clients[T]['vendor'];
  /** Type of the config node. */
  readonly connection: T;
  /** Loads the vendor's file when a node is deployed, or tried. */
  readonly load: () => ActionNodeModule<Clients[T]>;
}

/** Those that are registered, by their types. */
const definitions = new Map<string, ActionNodeDefinition<ConfigNodeType>>();

export function addActionDefinition<T extends ConfigNodeType>(definition: ActionNodeDefinition<T>): void {
  definitions.set(definition.type, definition as unknown as ActionNodeDefinition<ConfigNodeType>);
}

/** The types that are registered. */
export const actionTypes = (): readonly string[] => [...definitions.keys()];

/** The action node of a type that uses a type of connection; undefined where there is none. */
export function actionDefinition<T extends ConfigNodeType>(type: string, connection: T): ActionNodeDefinition<T> | undefined {
  const definition = definitions.get(type);
  return definition?.connection === connection ? (definition as unknown as ActionNodeDefinition<T>) : undefined;
}
