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

const fr: typeof en = {
  title: 'Se connecter au Twinkly simulé',
  asks: 'souhaite voir et piloter vos lumières.',
  username: 'E-mail',
  password: 'Mot de passe',
  button: 'Se connecter et autoriser',
  hint: 'Ce compte est simulé :',
  wrong: 'E-mail ou mot de passe incorrect.',
};

const ja: typeof en = {
  title: '模擬Twinklyにサインイン',
  asks: 'が、ライトの表示と制御を求めています。',
  username: 'メールアドレス',
  password: 'パスワード',
  button: 'サインインして許可',
  hint: '模擬アカウント:',
  wrong: 'メールアドレスまたはパスワードが違います。',
};

const zh: typeof en = {
  title: '登录模拟的Twinkly',
  asks: '想要查看和控制您的彩灯。',
  username: '邮箱',
  password: '密码',
  button: '登录并允许',
  hint: '此账户是模拟的：',
  wrong: '邮箱或密码错误。',
};

/** The texts of the simulated sign-in page. */
export const texts: Translations<typeof en> = { en, de, fr, ja, zh };
