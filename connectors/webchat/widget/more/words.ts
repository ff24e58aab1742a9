const en = {
  map: 'Show on the map',
  pay: 'Pay',
  track: 'Details',
  total: 'Total',
  order: 'Order',
  receipt: 'Receipt',
  send: 'Send',
  done: 'Filled in',
  optional: 'optional',
  choose: 'Choose…',
  is: ': ',
  locate: 'Use my location',
  located: 'Your location is added.',
  forget: 'Remove it',
  locating: 'Looking for you…',
  lost: 'Your location is not available here. Write the place instead.',
  place: 'or write the place',
  some: (min: number, max: number, of: number): string =>
    min === max
      ? `Choose ${min}.`
      : min > 1
        ? `Choose ${min} to ${max}.`
        : max < of
          ? `Choose up to ${max}.`
          : 'Choose as many as you like.',
  missing: 'This is needed.',
  unchosen: 'Choose one of them.',
  number: 'Write a number, such as 12.',
  date: 'Give a full date.',
  email: 'Write an address such as ada@example.com.',
  phone: 'Begin with + and the country code: +33 6 39 98 00 01.',
};

export type MoreWords = typeof en;

const fr: MoreWords = {
  map: 'Voir sur la carte',
  pay: 'Payer',
  track: 'Détails',
  total: 'Total',
  order: 'Commande',
  receipt: 'Reçu',
  send: 'Envoyer',
  done: 'Rempli',
  optional: 'facultatif',
  choose: 'Choisissez…',
  is: ' : ',
  locate: 'Utiliser ma position',
  located: 'Votre position est jointe.',
  forget: 'La retirer',
  locating: 'Recherche de votre position…',
  lost: 'Votre position n’est pas disponible ici. Écrivez le lieu.',
  place: 'ou écrivez le lieu',
  some: (min, max, of) =>
    min === max
      ? `Choisissez-en ${min}.`
      : min > 1
        ? `Choisissez-en de ${min} à ${max}.`
        : max < of
          ? `Choisissez-en ${max} au plus.`
          : 'Choisissez-en autant que vous voulez.',
  missing: 'Cette réponse est nécessaire.',
  unchosen: 'Choisissez une réponse.',
  number: 'Écrivez un nombre, par exemple 12.',
  date: 'Donnez une date complète.',
  email: 'Écrivez une adresse comme ada@example.com.',
  phone: 'Commencez par + et l’indicatif du pays : +33 6 39 98 00 01.',
};

export const moreWords = { en, fr };
