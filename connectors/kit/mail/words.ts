/** What a mail says of its own, beside what the merchant wrote. */
export interface Words {
  order: string;
  receipt: string;
  product: string;
  item: string;
  price: string;
  total: string;
  paidWith: string;
  amount: string;
  reference: string;
  paymentRequest: string;
  pay: string;
  expected: string;
  when: string;
  where: string;
  view: string;
  track: string;
  unsubscribe: string;
  /** Why a promotional mail came, before the link. */
  promotional: string;
}

const en: Words = {
  order: 'Order',
  receipt: 'Receipt',
  product: 'Products',
  item: 'Item',
  price: 'Price',
  total: 'Total',
  paidWith: 'Paid with',
  amount: 'Amount',
  reference: 'Reference',
  paymentRequest: 'Payment request',
  pay: 'Pay',
  expected: 'Expected',
  when: 'When',
  where: 'Where',
  view: 'View details',
  track: 'Follow it',
  unsubscribe: 'Unsubscribe',
  promotional: 'This is a promotional message.',
};

const fr: Words = {
  order: 'Commande',
  receipt: 'Reçu',
  product: 'Produits',
  item: 'Article',
  price: 'Prix',
  total: 'Total',
  paidWith: 'Payé par',
  amount: 'Montant',
  reference: 'Référence',
  paymentRequest: 'Demande de paiement',
  pay: 'Payer',
  expected: 'Prévu',
  when: 'Quand',
  where: 'Où',
  view: 'Voir le détail',
  track: 'Suivre',
  unsubscribe: 'Se désabonner',
  promotional: 'Ceci est un message promotionnel.',
};

const de: Words = {
  order: 'Bestellung',
  receipt: 'Beleg',
  product: 'Produkte',
  item: 'Artikel',
  price: 'Preis',
  total: 'Gesamt',
  paidWith: 'Bezahlt mit',
  amount: 'Betrag',
  reference: 'Referenz',
  paymentRequest: 'Zahlungsaufforderung',
  pay: 'Bezahlen',
  expected: 'Voraussichtlich',
  when: 'Wann',
  where: 'Wo',
  view: 'Einzelheiten ansehen',
  track: 'Verfolgen',
  unsubscribe: 'Abmelden',
  promotional: 'Dies ist eine Werbenachricht.',
};

const es: Words = {
  order: 'Pedido',
  receipt: 'Recibo',
  product: 'Productos',
  item: 'Artículo',
  price: 'Precio',
  total: 'Total',
  paidWith: 'Pagado con',
  amount: 'Importe',
  reference: 'Referencia',
  paymentRequest: 'Solicitud de pago',
  pay: 'Pagar',
  expected: 'Previsto',
  when: 'Cuándo',
  where: 'Dónde',
  view: 'Ver los detalles',
  track: 'Seguir',
  unsubscribe: 'Darse de baja',
  promotional: 'Este es un mensaje promocional.',
};

const it: Words = {
  order: 'Ordine',
  receipt: 'Ricevuta',
  product: 'Prodotti',
  item: 'Articolo',
  price: 'Prezzo',
  total: 'Totale',
  paidWith: 'Pagato con',
  amount: 'Importo',
  reference: 'Riferimento',
  paymentRequest: 'Richiesta di pagamento',
  pay: 'Paga',
  expected: 'Previsto',
  when: 'Quando',
  where: 'Dove',
  view: 'Vedi i dettagli',
  track: 'Segui',
  unsubscribe: 'Annulla l’iscrizione',
  promotional: 'Questo è un messaggio promozionale.',
};

const pt: Words = {
  order: 'Pedido',
  receipt: 'Recibo',
  product: 'Produtos',
  item: 'Artigo',
  price: 'Preço',
  total: 'Total',
  paidWith: 'Pago com',
  amount: 'Valor',
  reference: 'Referência',
  paymentRequest: 'Pedido de pagamento',
  pay: 'Pagar',
  expected: 'Previsto',
  when: 'Quando',
  where: 'Onde',
  view: 'Ver detalhes',
  track: 'Acompanhar',
  unsubscribe: 'Cancelar a subscrição',
  promotional: 'Esta é uma mensagem promocional.',
};

const nl: Words = {
  order: 'Bestelling',
  receipt: 'Bon',
  product: 'Producten',
  item: 'Artikel',
  price: 'Prijs',
  total: 'Totaal',
  paidWith: 'Betaald met',
  amount: 'Bedrag',
  reference: 'Referentie',
  paymentRequest: 'Betaalverzoek',
  pay: 'Betalen',
  expected: 'Verwacht',
  when: 'Wanneer',
  where: 'Waar',
  view: 'Details bekijken',
  track: 'Volgen',
  unsubscribe: 'Afmelden',
  promotional: 'Dit is een reclamebericht.',
};

const byLanguage: Record<string, Words> = { en, fr, de, es, it, pt, nl };

/** A language that mails are written in; anything else is told in English, and then the mail says that it is English. */
export interface Tongue {
  /** BCP 47, with its region if it came with one: dates and amounts go by it. */
  tag: string;
  words: Words;
}

export function tongueOf(language: string | undefined): Tongue {
  const words = byLanguage[(language ?? '').split('-', 1)[0]!.toLowerCase()];
  return words && language ? { tag: language, words } : { tag: 'en', words: en };
}
