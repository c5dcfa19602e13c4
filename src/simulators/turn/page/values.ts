import { celsius, percent as percentOf } from '../../page/units';
import type { TurnPage } from '../state';
import { t } from './texts';

/** The value of one of a page's channels. */
export const channelValue = (page: TurnPage, channel: string): number | string =>
  page.channels.find(({ id }) => id === channel)?.state.value ?? '';

const percent = (value: unknown) => percentOf(Number(value));
const degrees = (value: unknown) => celsius(Number(value));
const preset = (value: unknown) => (Number(value) > 0 ? t('scene', { number: String(value) }) : t('off'));
const step = (value: unknown) => (Number(value) > 0 ? String(value) : t('off'));

interface Display {
  /** The main value on the display. */
  readonly large: string;
  /** The text below it. */
  readonly small: string;
}

const setpoint = (page: TurnPage, text: (value: unknown) => string): Display => ({
  large: text(channelValue(page, `${page.id}/1`)),
  small: t('now', { value: text(channelValue(page, `${page.id}/2`)) }),
});
const single = (text: (value: unknown) => string) => (page: TurnPage) => ({ large: text(channelValue(page, `${page.id}/1`)), small: '' });

const DISPLAYS: Readonly<Record<string, (page: TurnPage) => Display>> = {
  light: single(percent),
  shade: single(percent),
  light_scenes: single(preset),
  shade_scenes: single(preset),
  modes: single(step),
  fan: single(step),
  temperature: (page) => setpoint(page, degrees),
  humidity: (page) => setpoint(page, percent),
  info: single((value) => String(value || t('empty'))),
  source: (page) => ({
    large: channelValue(page, 'media/1/6') === 'true' ? t('muted') : percent(channelValue(page, 'media/1/1')),
    small: sourceOf(page)?.name ?? t('off'),
  }),
};

/** What the display shows on a page. */
export const displayOf = (page: TurnPage): Display => DISPLAYS[page.pageType]?.(page) ?? { large: '', small: '' };

export const sourceOf = (page: TurnPage) => page.sources[Number(channelValue(page, 'source/1/1')) - 1];
