import { button } from '../../page/controls';
import { h } from '../../page/dom';
import type { Act } from '../../page/vendor-page';
import type { TurnPage, TurnState } from '../state';
import { t } from './texts';
import { channelValue, sourceOf } from './values';

interface Keys {
  readonly element: HTMLElement;
  show(page: TurnPage, state: TurnState): void;
}

/** A key of the touch screen that shows whether it is pressed. */
function key(
  label: string,
  press: () => void,
  isPressed: (page: TurnPage) => boolean,
  isOff?: (page: TurnPage, state: TurnState) => boolean,
): Keys {
  const element = button(label, press);
  return {
    element,
    show(page, state) {
      element.setAttribute('aria-pressed', String(isPressed(page)));
      element.disabled = isOff?.(page, state) ?? false;
    },
  };
}

const row = (...parts: Keys[]): Keys => ({
  element: h('div', { class: 'turn-keys' }, ...parts.map(({ element }) => element)),
  show: (page, state) => {
    for (const part of parts) part.show(page, state);
  },
});

type MakeKeys = (page: TurnPage, act: Act) => Keys[];

const switchKeys: MakeKeys = ({ id }, act) => {
  const channel = `${id}/1`;
  const isOn = (page: TurnPage) => Number(channelValue(page, channel)) > 0;
  return [
    row(
      key(t('on'), () => act('set', { channel, on: true }), isOn),
      key(
        t('off'),
        () => act('set', { channel, on: false }),
        (page) => !isOn(page),
      ),
    ),
  ];
};

const presetKeys: MakeKeys = ({ id, channels }, act) => [
  choice(act, `${id}/1`, [t('off'), ...Array.from({ length: channels[0]?.max ?? 0 }, (_, index) => String(index + 1))]),
];

const choice = (act: Act, channel: string, labels: readonly string[]): Keys =>
  row(
    ...labels.map((label, value) =>
      key(
        label,
        () => act('set', { channel, value }),
        (page) => channelValue(page, channel) === value,
      ),
    ),
  );

const sourceKeys: MakeKeys = ({ sources }, act) => {
  const isTrue = (channel: string) => (page: TurnPage) => channelValue(page, channel) === 'true';
  const noTransport = (page: TurnPage) => !sourceOf(page)?.transport;
  const skip = (label: string, value: string, policy: 'previousEnabled' | 'nextEnabled') =>
    key(
      label,
      () => act('set', { channel: 'media/1/5', value }),
      () => false,
      (page, state) => noTransport(page) || (sourceOf(page)?.controlType === 'sonos' && !state.transportControls[policy]),
    );
  const play = (label: string, value: boolean) =>
    key(
      label,
      () => act('set', { channel: 'media/1/2', value }),
      (page) => isTrue('media/1/2')(page) === value,
      noTransport,
    );
  const muted = h('button', { type: 'button' }, t('mute'));
  let isMuted = false;
  muted.addEventListener('click', () => act('set', { channel: 'media/1/6', value: !isMuted }));
  const mute: Keys = {
    element: muted,
    show(page) {
      isMuted = isTrue('media/1/6')(page);
      muted.setAttribute('aria-pressed', String(isMuted));
    },
  };
  return [
    playing(),
    row(
      skip(t('previous'), 'previous', 'previousEnabled'),
      play(t('play'), true),
      play(t('pause'), false),
      skip(t('next'), 'next', 'nextEnabled'),
      mute,
    ),
    choice(act, 'source/1/1', [t('off'), ...sources.map(({ name }) => name)]),
  ];
};

/** Cover, artist and track, as the channels have them. */
function playing(): Keys {
  const cover = h('img', { alt: '' });
  const address = h('code');
  const artist = h('small');
  const track = h('strong');
  return {
    element: h('div', { class: 'turn-playing' }, cover, h('div', {}, track, artist, address)),
    show(page) {
      const artwork = String(channelValue(page, 'source/1/2'));
      // The page loads nothing from other sites.
      const shown = artwork.startsWith('data:image/');
      if (shown && cover.src !== artwork) cover.src = artwork;
      cover.hidden = !shown;
      address.textContent = shown ? '' : artwork;
      artist.textContent = String(channelValue(page, 'source/1/3'));
      track.textContent = String(channelValue(page, 'source/1/4') || t('empty'));
    },
  };
}

const KEYS: Readonly<Record<string, MakeKeys>> = {
  light: switchKeys,
  shade: switchKeys,
  light_scenes: presetKeys,
  shade_scenes: presetKeys,
  modes: presetKeys,
  fan: presetKeys,
  source: sourceKeys,
};

/** The touch screen of one page. */
export function createKeys(page: TurnPage, act: Act): Keys {
  const parts = KEYS[page.pageType]?.(page, act) ?? [];
  return {
    element: h('div', { class: 'turn-touch' }, ...parts.map(({ element }) => element)),
    show: (shown, state) => {
      for (const part of parts) part.show(shown, state);
    },
  };
}
