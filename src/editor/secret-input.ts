import { UNCHANGED } from './dialog';
import { sharedText } from './fields';

/** A button that shows a secret while it is typed. What Node-RED has stored never comes to the browser, and so cannot be shown. */
export function offerToShow(input: JQuery): void {
  const icon = $('<i>', { class: 'fa', 'aria-hidden': 'true' });
  const button = $('<button>', { type: 'button', class: 'red-ui-button ensemble-icon' }).append(icon);
  let isShown = false;
  const update = () => {
    const value = String(input.val() ?? '');
    const isTyped = value !== '' && value !== UNCHANGED;
    isShown &&= isTyped;
    input.attr('type', isShown ? 'text' : 'password');
    icon.toggleClass('fa-eye', !isShown).toggleClass('fa-eye-slash', isShown);
    const name = sharedText(isShown ? 'secret.hide' : 'secret.show');
    button.attr({ 'aria-label': name, title: name }).toggle(isTyped);
  };
  button.on('click', () => {
    isShown = !isShown;
    update();
    input.trigger('focus');
  });
  // What stands for a stored secret is replaced as a whole.
  input.on('focus', () => {
    if (input.val() === UNCHANGED) input.trigger('select');
  });
  // Node-RED switches off the completion of all inputs; for a password only this keeps browsers from filling in the login to Node-RED.
  input.attr('autocomplete', 'new-password');
  input.on('change keyup input', update).after(button);
  update();
}
