/** A status without the time of the last action at its end, which no test can know. */
export const timeless = <S extends { readonly text?: string }>(status: S): S =>
  status.text === undefined ? status : { ...status, text: status.text.replace(/ (\d{4}-\d\d-\d\d )?\d\d:\d\d$/, '') };
