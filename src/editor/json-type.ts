/** JSON as Node-RED's own type of it, but that it may be left empty, and says what is wrong with it. */
export const jsonType = (validate: (value: string) => true | string): TypedInputType => ({
  value: 'json',
  label: RED._('typedInput.type.json'),
  icon: 'red/images/typedInput/json.svg',
  validate: (value) => value === '' || validate(value),
  expand(this: TypedInputWidget) {
    RED.editor.editJSON({ value: pretty(this.value()), focus: true, complete: (value) => void this.value(value) });
  },
});

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 4);
  } catch {
    // What is no JSON yet is edited as it is.
    return text;
  }
}
