import { translations } from './language';

const en = {
  login: 'Log in to Node-RED to see the simulated devices. Your user needs the permission to read flows. This page goes on by itself.',
  gone: 'No simulated devices run here. They do while a node “simulated devices” is deployed; its status says what is wrong. This page goes on by itself.',
  denied: 'You can look, but not change anything: that needs a Node-RED user who may deploy.',
  missed: 'No response: what you did last may not have arrived.',
  foreign: 'The request seems to come from another site. A proxy in front of Node-RED must forward the Host or X-Forwarded-Host header.',
  refused: 'The request was refused: “{reason}”',
  open: 'Open Node-RED',
  others: 'Show all simulated devices',
};

const de: typeof en = {
  login:
    'Bitte in Node-RED anmelden, um die simulierten Geräte zu sehen. Der Benutzer muss Flows lesen dürfen. Diese Seite geht von selbst weiter.',
  gone: 'Hier laufen keine simulierten Geräte. Sie laufen, solange ein Node „simulierte Geräte“ übernommen (deploy) ist; sein Status sagt, was fehlt. Diese Seite geht von selbst weiter.',
  denied: 'Hier lässt sich alles ansehen, aber nichts ändern: Das darf nur ein Benutzer von Node-RED, der Flows übernehmen (deploy) darf.',
  missed: 'Keine Antwort: Die letzte Eingabe ist vielleicht nicht angekommen.',
  foreign:
    'Die Anfrage scheint von einer anderen Website zu kommen. Ein Proxy vor Node-RED muss den Header Host oder X-Forwarded-Host weiterleiten.',
  refused: 'Die Anfrage wurde abgelehnt: „{reason}“',
  open: 'Node-RED öffnen',
  others: 'Alle simulierten Geräte zeigen',
};

const fr: typeof en = {
  login:
    "Connectez-vous à Node-RED pour voir les appareils simulés. Votre utilisateur doit avoir le droit de lire les flux. Cette page continue ensuite d'elle-même.",
  gone: "Aucun appareil simulé ne fonctionne ici. Il faut qu'un noeud « appareils simulés » soit déployé ; son statut indique ce qui ne va pas. Cette page continue ensuite d'elle-même.",
  denied: 'Vous pouvez tout voir, mais rien modifier : il faut pour cela un utilisateur de Node-RED autorisé à déployer.',
  missed: "Pas de réponse : votre dernière action n'est peut-être pas arrivée.",
  foreign:
    "La requête semble provenir d'un autre site. Un proxy placé devant Node-RED doit transmettre l'en-tête Host ou X-Forwarded-Host.",
  refused: 'La requête a été refusée : « {reason} »',
  open: 'Ouvrir Node-RED',
  others: 'Afficher tous les appareils simulés',
};

const ja: typeof en = {
  login:
    '模擬デバイスを見るには、Node-REDにログインしてください。フローの読み取り権限が必要です。ログインすると、このページは自動的に続きます。',
  gone: 'ここで動作している模擬デバイスはありません。「模擬デバイス」ノードをデプロイしている間だけ動作します。問題がある場合は、ノードのステータスに表示されます。動作を始めると、このページは自動的に続きます。',
  denied: '閲覧のみ可能です。変更するには、デプロイの権限を持つNode-REDユーザでログインしてください。',
  missed: '応答がありません。最後の操作が届いていない可能性があります。',
  foreign:
    '別のサイトからのリクエストと判断されました。Node-REDの手前にプロキシがある場合は、HostまたはX-Forwarded-Hostヘッダを転送するように設定してください。',
  refused: 'リクエストが拒否されました: 「{reason}」',
  open: 'Node-REDを開く',
  others: '全ての模擬デバイスを表示',
};

const zh: typeof en = {
  login: '要查看模拟设备，请登录Node-RED。您的用户需要读取流程的权限。此页面会自动继续。',
  gone: '此处没有运行模拟设备。部署了“模拟设备”节点后才会运行；节点状态会说明问题所在。此页面会自动继续。',
  denied: '您可以查看，但不能更改：更改需要有部署权限的Node-RED用户。',
  missed: '无响应：您最后的操作可能没有送达。',
  foreign: '该请求似乎来自其他网站。Node-RED前面的代理服务器必须转发Host或X-Forwarded-Host头。',
  refused: '请求被拒绝：“{reason}”',
  open: '打开Node-RED',
  others: '显示所有模拟设备',
};

/** What the page cannot do, and what to do about it. */
export const t = translations({ en, de, fr, ja, zh });
