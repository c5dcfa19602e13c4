import type { Translations } from '../languages';

const en = {
  title: 'Sign in to the simulated Twinkly',
  asks: 'wants to see and control your lights.',
  username: 'E-mail',
  password: 'Password',
  button: 'Sign in and allow',
  hint: 'This account is simulated:',
  wrong: 'Wrong e-mail or password.',
};

const de: typeof en = {
  title: 'Beim simulierten Twinkly anmelden',
  asks: 'möchte deine Lichter sehen und steuern.',
  username: 'E-Mail',
  password: 'Passwort',
  button: 'Anmelden und erlauben',
  hint: 'Dieses Konto ist simuliert:',
  wrong: 'E-Mail oder Passwort ist falsch.',
};

/** The texts of the simulated sign-in page. */
export const texts: Translations<typeof en> = { en, de };
