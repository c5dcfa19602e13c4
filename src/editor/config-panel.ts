import { ask, type ConfigState, openDialogState } from './dialog';
import { credentialsOf, descriptionOf, sharedText } from './fields';
import { Folds } from './folds';
import { formOf, note, reveal } from './form';
import { ReportRow } from './reports';
import { offerToShow } from './secret-input';
import { SettingRows } from './setting-rows';
import { SignInRow } from './sign-in';
import { SimulatedDevices } from './simulated-devices';
import { type Told, toldText } from './told';

/** The open dialog of a config node. */
export class ConfigPanel {
  private readonly settings: SettingRows;
  /** Ends the wait for a change of what was tested. */
  private forget = (): void => {};

  constructor(private readonly node: EditorNode) {
    this.settings = new SettingRows(node);
    for (const { name, secret } of credentialsOf(node.type)) if (secret) offerToShow($(`#node-config-input-${name}`));
    if (descriptionOf(node.type).signIn) new SignInRow(node);
    new Folds(formOf(node.type), () => this.settings.parts);
    new ReportRow(node, (setting, value) => this.settings.put(setting, value));
    const { simulated } = descriptionOf(node.type);
    if (simulated) new SimulatedDevices(node.type, simulated, (name, value) => this.settings.put(name, value));
    $('#ensemble-test').on('click', () => void this.test());
  }

  save(): void {
    this.settings.save();
  }

  /** The reason, unless it stands below its field already. */
  private unsaid(reason: string): string {
    const row = this.settings.rows.find(({ verdict, value }) => verdict !== true && value !== '' && reason.startsWith(verdict));
    return row ? sharedText('test.seeField', { label: row.field.label }) : reason;
  }

  /** Tests the connection with the values in the dialog, saved or not. */
  private async test(): Promise<void> {
    const button = $('#ensemble-test').prop('disabled', true);
    const line = button.closest('.ensemble-row');
    this.forget();
    note(line, 'busy', sharedText('test.running'));
    const tested = openDialogState(this.node);
    try {
      const { type, ...state } = tested;
      const { told } = await ask<{ told: readonly Told[] }>(`test/${type}`, state);
      note(line, 'good', toldText(told, [type]));
    } catch (error) {
      note(line, 'error', this.unsaid((error as Error).message));
    } finally {
      button.prop('disabled', false);
      this.forget = this.onceChanged(tested, () => note(line, 'none'));
      reveal(line);
    }
  }

  /** What was found is of the settings that were there. @returns ends it */
  private onceChanged(before: ConfigState, act: () => void): () => void {
    const form = formOf(this.node.type);
    const look = () => {
      if (JSON.stringify(openDialogState(this.node)) === JSON.stringify(before)) return;
      stop();
      act();
    };
    const stop = () => void form.off('input change', look);
    form.on('input change', look);
    look();
    return stop;
  }
}
