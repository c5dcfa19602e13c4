import { descriptionOf, parametersOf } from './fields';
import { cssColor } from './side-controls';
import { inputsOf, isConstant } from './validation';

const WIDTH = 20;
const HEIGHT = 10;

/** Shows the colour that a node sets at its upper edge, among Node-RED's own marks of a node. */
export function showColors(): void {
  /** The colours that are on the workspace. */
  const drawn = new WeakMap<EditorNode, string | undefined>();
  RED.view.annotations.register('ensemble-color', {
    type: 'badge',
    class: 'ensemble-swatch',
    filter: ({ type }) => descriptionOf(type).operations?.some(({ id }) => colorField(type, id) !== undefined) ?? false,
    element(node) {
      drawn.set(node, colorOf(node));
      return swatch(drawn.get(node));
    },
    show: (node) => colorOf(node) !== undefined,
    refresh: (node) => colorOf(node) !== drawn.get(node),
    tooltip: (node) => colorOf(node) ?? '',
  });
}

const colorField = (type: string, operation: string) => parametersOf(type, operation).find(({ parameter }) => parameter.kind === 'color');

/** The colour that a node is set to. */
function colorOf(node: EditorNode): string | undefined {
  const field = colorField(node.type, String(node.operation ?? ''));
  const input = field && inputsOf(node)[field.name];
  return input && isConstant(input.type) ? cssColor(input.value) : undefined;
}

function swatch(color = 'none'): SVGElement {
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: WIDTH, height: HEIGHT, rx: 3, fill: color }))
    rectangle.setAttribute(name, String(value));
  return rectangle;
}
