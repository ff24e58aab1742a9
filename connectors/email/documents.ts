import type { Manifest } from '../contract/index.ts';

const rfc = (number: number, title: string, date: string) => ({
  title: `RFC ${number}, ${title}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}`,
  version: date,
});

/** What the connector's wire formats follow. */
export const documents: Manifest<unknown, unknown, unknown>['documents'] = [
  rfc(2369, 'The Use of URLs as Meta-Syntax for Core Mail List Commands', 'July 1998'),
  rfc(2387, 'The MIME Multipart/Related Content-type', 'August 1998'),
  rfc(2392, 'Content-ID and Message-ID Uniform Resource Locators', 'August 1998'),
  rfc(5321, 'Simple Mail Transfer Protocol', 'October 2008'),
  rfc(5322, 'Internet Message Format', 'October 2008'),
  rfc(3461, 'SMTP Service Extension for Delivery Status Notifications', 'January 2003'),
  rfc(3463, 'Enhanced Mail System Status Codes', 'January 2003'),
  rfc(3464, 'An Extensible Message Format for Delivery Status Notifications', 'January 2003'),
  rfc(3834, 'Recommendations for Automatic Responses to Electronic Mail', 'August 2004'),
  rfc(5248, 'A Registry for SMTP Enhanced Mail System Status Codes', 'June 2008'),
  rfc(5545, 'Internet Calendaring and Scheduling Core Object Specification', 'September 2009'),
  rfc(5546, 'iCalendar Transport-Independent Interoperability Protocol', 'December 2009'),
  rfc(6047, 'iCalendar Message-Based Interoperability Protocol', 'December 2010'),
  rfc(6376, 'DomainKeys Identified Mail (DKIM) Signatures', 'September 2011'),
  rfc(8058, 'Signaling One-Click Functionality for List Email Headers', 'January 2017'),
  rfc(8098, 'Message Disposition Notification', 'February 2017'),
  {
    title: 'Gmail email markup reference: Order, ParcelDelivery, EventReservation, Invoice',
    url: 'https://developers.google.com/workspace/gmail/markup/reference/order',
    version: 'read November 2026',
  },
  {
    title: 'Yandex Mail for site owners: Online stores',
    url: 'https://yandex.ru/support/webmaster/en/mail/order',
    version: 'read November 2026',
  },
  {
    title: 'schema.org: Order, Invoice, ParcelDelivery, EventReservation',
    url: 'https://schema.org/Order',
    version: 'as Gmail and Yandex describe it; its own pages were not at hand',
  },
];
