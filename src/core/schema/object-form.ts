import type { JsonObject, Parameters } from './parameters';

/** A kind of object for which the panel offers a form, where a parameter takes any objects. */
export interface ObjectForm {
  readonly id: string;
  /** English; other languages translate it in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** Properties and values that every such object has. */
  readonly fixed: JsonObject;
  readonly fields: Parameters;
}
