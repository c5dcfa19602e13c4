import { descriptionOf, sharedText, typeText } from './fields';
import { language } from './language';
import { elementsOf, split } from './list-values';
import { enumerated, nameIn, shortened } from './names';
import type { ParameterControl } from './parameter-control';
import type { Row } from './row';
import { isConstant } from './validation';

type ParameterRow = Row<ParameterControl>;

/** Characters of one value, and of the heading. */
const LONGEST = 80;

/** From here on, a time is written in seconds, and says something. */
export const SLOW = 1000;

/** In the editor's language. @param ms milliseconds */
export function duration(ms: number, digits = 1): string {
  const isLong = ms >= SLOW;
  const format = new Intl.NumberFormat(language(), { maximumFractionDigits: isLong ? digits : 0 });
  return sharedText(isLong ? 'try.seconds' : 'try.milliseconds', { value: format.format(isLong ? ms / 1000 : ms) });
}

export function operationText({ type, operation = '' }: EditorNode): string {
  const isKnown = descriptionOf(type).operations?.some(({ id }) => id === operation);
  return isKnown ? typeText(type, `operations.${operation}.label`) : String(operation);
}

/** The operation, and the device or whatever else a list of the vendor has for it. */
export function headingOf(draft: EditorNode, rows: readonly ParameterRow[]): string {
  const target = rows.find(({ lookup, value }) => lookup && value !== '');
  const parts = target ? partsOf(target) : [];
  return [
    operationText(draft),
    ...(parts.length > 0
      ? [
          enumerated(
            parts.map(({ name, value }) => name ?? value),
            LONGEST,
          ),
        ]
      : []),
  ].join(' · ');
}

/** What is filled in, by the labels of the rows. Whoever is asked must see where it goes, but no secret. */
export const filledIn = (rows: readonly ParameterRow[]): { readonly label: string; readonly value: string }[] =>
  rows
    .filter(({ value, control, field }) => value !== '' && (!field.isAdvanced || control.differs))
    .map((row) => ({ label: row.field.label, value: valueText(row) }));

function valueText(row: ParameterRow): string {
  const parts = partsOf(row).map(({ name, value }) => (name === undefined ? value : sharedText('try.named', { name, value })));
  return enumerated(parts, LONGEST);
}

interface Part {
  readonly value: string;
  /** Where the vendor's list has one, or the panel. */
  readonly name?: string;
}

/** The value of a row; of a list, each of them. */
function partsOf({ field, held: { type, value }, lookup }: ParameterRow): Part[] {
  if (!isConstant(type)) return [{ value: sourceText(type, value) }];
  if (field.secret) return [{ value: '•••' }];
  const option = field.options.find((one) => one.value === value);
  if (option) return [{ value: option.label }];
  const names = lookup?.names ?? {};
  const isList = field.parameter.kind === 'list' && !Object.hasOwn(names, value);
  const values = isList ? (type === 'json' ? elementsOf(value)?.map(String) : split(value)) : undefined;
  return (values ?? [value]).map((one) => ({ value: nameIn(one), ...(Object.hasOwn(names, one) && { name: names[one] }) }));
}

/** Where a value is read when it runs, as Node-RED writes it. */
function sourceText(type: string, value: string): string {
  if (type === 'env') return `$${`{${nameIn(value)}}`}`;
  return type === 'flow' || type === 'global' ? `${type}.${nameIn(value)}` : shortened(nameIn(value), LONGEST);
}
