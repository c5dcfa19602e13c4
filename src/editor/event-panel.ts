import { Folds } from './folds';
import { formOf } from './form';
import { SettingRows } from './setting-rows';

/** The open dialog of an event node. */
export class EventPanel {
  private readonly settings: SettingRows;

  constructor(node: EditorNode) {
    this.settings = new SettingRows(node);
    new Folds(formOf(node.type), () => this.settings.parts);
  }

  save(): void {
    this.settings.save();
  }
}
