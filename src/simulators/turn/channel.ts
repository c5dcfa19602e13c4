import { Refused } from '../http/refused';
import type { ChannelKind, DataType } from './pages';

type ChannelValue = number | string | boolean;

/** [G] What a channel holds before a value is sent. */
const INITIAL: Readonly<Record<DataType, ChannelValue>> = {
  percent: 0,
  preset: 0,
  temperature: 0,
  string: '',
  switch: false,
  action: '',
  image: '',
};
/** Table 3: "Some data types have intrinsic limits". */
const LIMITS: Partial<Record<DataType, readonly [number, number]>> = { percent: [0, 100], temperature: [0, 212] };

export const isOn = (value: unknown): boolean => value === true || value === 'true';

/** "A communication pathway for a single piece of data", exposed as one or two states that keep in step. */
export class Channel {
  private value: ChannelValue;
  /** What `on: true` brings back. */
  private lastOn: number | undefined;

  constructor(readonly kind: ChannelKind) {
    this.value = INITIAL[kind.dataType];
  }

  /** "A mapping of a control endpoint to a value", as it is sent. The document has `on` as text; [G] so is a switch's `value`. */
  get state(): Readonly<Record<string, number | string>> {
    const { switched, unitState } = this.kind;
    const value = typeof this.value === 'boolean' ? String(this.value) : this.value;
    return {
      value,
      ...(switched && { on: String(Number(this.value) > 0) }),
      ...(unitState && { [unitState.name]: value }),
    };
  }

  get on(): boolean {
    return this.value === true;
  }

  get min(): number {
    return Number(this.kind.properties.min ?? 0);
  }

  get max(): number {
    return Number(this.kind.properties.max ?? LIMITS[this.kind.dataType]?.[1] ?? 8);
  }

  /** @throws Refused */
  put(endpoint: string, value: unknown): void {
    const { switched, unitState, id } = this.kind;
    if (endpoint === 'value') this.set(this.checked(value));
    else if (endpoint === 'on' && switched) this.switch(this.checkedSwitch(value));
    else if (endpoint === unitState?.name) this.set(this.withUnit(value, unitState.unit));
    else throw new Refused(400, `${id} has no state ${endpoint}`);
  }

  /** Steps of the dial stay within what the page shows. */
  step(count: number): void {
    const next = Math.min(this.max, Math.max(this.min, Number(this.value) + count * this.kind.step));
    // Steps are halves at the finest.
    this.set(Math.round(next * 2) / 2);
  }

  reset(): void {
    this.value = INITIAL[this.kind.dataType];
    this.lastOn = undefined;
  }

  private set(value: ChannelValue): void {
    this.value = value;
    if (typeof value === 'number' && value > 0) this.lastOn = value;
  }

  /** "Setting the 'value' from 0 to 20 will also change the 'on' state to true"; [G] and `on` brings back what was last on. */
  private switch(on: boolean): void {
    if (!on) this.set(0);
    else if (this.value === 0) this.set(this.lastOn ?? (this.kind.dataType === 'preset' ? 1 : this.max));
  }

  private checked(value: unknown): ChannelValue {
    const { dataType, id } = this.kind;
    if (dataType === 'switch') return this.checkedSwitch(value);
    if (typeof INITIAL[dataType] === 'string') {
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      throw new Refused(400, `value of ${id} must be a string`);
    }
    const [min, max] = LIMITS[dataType] ?? [0, this.max];
    // "'value':{int}"; [G] temperatures have halves.
    const isWhole = dataType !== 'temperature';
    if (typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
    throw new Refused(400, `value of ${id} must be ${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}`);
  }

  /** The document's requests have a boolean, its responses text: both are accepted. */
  private checkedSwitch(value: unknown): boolean {
    if (typeof value === 'boolean' || value === 'true' || value === 'false') return isOn(value);
    throw new Refused(400, `${this.kind.id} must be true or false`);
  }

  /** "A string, integer or float", rounded "using half-up rounding"; the text becomes `value`, too. */
  private withUnit(value: unknown, unit: string): string {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return `${Math.floor(number + 0.5)}${unit}`;
    throw new Refused(400, `${this.kind.id} takes a number here`);
  }
}
