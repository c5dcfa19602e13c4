import { markRequired } from './form';
import type { Row } from './row';
import { type Choice, verdictOnChoice } from './validation';

/** Judges the rows of an operation that stand for each other: where all are empty, the first is wrong; where too many are filled, each. */
export function joinChoices(all: readonly Row[], choices: readonly Choice[]): void {
  const rowsIn = ({ fields }: Choice) => fields.flatMap(({ name }) => all.find((row) => row.name === name) ?? []);
  const joins = choices.map((choice) => ({ choice, rows: rowsIn(choice) }));
  const joined = all.filter((row) => joins.some(({ rows }) => rows.includes(row)));
  for (const row of joined) {
    const own = joins.filter(({ rows }) => rows.includes(row));
    row.verdictAmongRows = () => {
      const judging = own.filter(({ rows, choice }) => row.value !== '' || (choice.least && row === rows[0]));
      const verdicts = judging.map(({ choice }) => verdictOnChoice(choice, (name) => all.find((one) => one.name === name)?.held));
      return verdicts.find((verdict) => verdict !== true) ?? true;
    };
    row.saysMissing = own.some(({ rows, choice }) => choice.least && rows.length > 2);
  }
  const update = () => {
    for (const row of joined) row.update();
    for (const { rows, choice } of joins) {
      const [first, second, third] = rows;
      // Of more than two, a mark would not say that others serve as well.
      if (first && second && !third && choice.least) markRequired(first.element, second.value === '');
    }
  };
  if (joined.length === 0) return;
  // Whether an empty text counts may depend on any other row.
  for (const { control } of all) control.listen(update);
  update();
}
