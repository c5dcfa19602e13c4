import type { SideControl } from './control';
import type { Field } from './fields';
import { row, rowTexts, textInput } from './form';
import type { Surroundings } from './lookup-source';
import { ObjectForms } from './object-forms';
import { Painter } from './painter';
import { ParameterControl } from './parameter-control';
import { Row } from './row';
import { SettingControl } from './setting-control';
import { colorPicker, slider } from './side-controls';
import type { TypedValue } from './validation';

/** The row of a setting, which exists in the form that Node-RED has filled. */
export function settingRow(field: Field, input: JQuery, saved: unknown, surroundings: Surroundings): Row<SettingControl> {
  return new Row(field, input.closest('.ensemble-row'), new SettingControl(field, input, saved), surroundings);
}

/** The row of an operation's parameter. */
export function parameterRow(
  field: Field,
  saved: TypedValue | undefined,
  surroundings: Surroundings,
  container: JQuery,
): Row<ParameterControl> {
  const id = `ensemble-parameter-${field.name}`;
  const element = row(id, rowTexts(field), textInput(id)).appendTo(container);
  const control = new ParameterControl(field, element.find(`#${id}`), saved);
  return new Row(field, element, control, surroundings, (put) => sideControl(field, element, put));
}

function sideControl(field: Field, element: JQuery, put: (value: string) => void): SideControl | undefined {
  if (field.parameter.kind === 'grid') return new Painter(field, (cells) => put(JSON.stringify(cells))).appendTo(element);
  if (field.parameter.kind === 'color') return colorPicker(element, put);
  if (field.parameter.slider) return slider(field, element, put);
  return field.forms.length > 0 ? new ObjectForms(field, put).insertInto(element) : undefined;
}
