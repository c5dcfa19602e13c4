import type { JsonObject, Parameters } from './parameters';

/** A ready-made object that the panel offers to fill in, where a parameter takes any objects. */
export interface ObjectForm {
  readonly id: string;
  /** English; other languages translate it in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** What every such object has. */
  readonly fixed: JsonObject;
  readonly fields: Parameters;
}
