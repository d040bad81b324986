import type { DemoStore } from "./shapes.ts";

const closed: string[][] = [];
const allDay = [["10:00", "19:00"]];
const afternoon = [["14:00", "19:00"]];
const withLunchBreak = [
  ["10:00", "13:00"],
  ["14:00", "19:00"],
];
const warehouseDay = [["07:30", "17:30"]];

/**
 * Three shops, and the warehouse that ships web orders first. Streets are invented; the telephone
 * numbers are of the ranges that Arcep reserves for fiction (numbering plan, décision 2018-0881).
 */
export const stores: DemoStore[] = [
  {
    code: "PAR",
    name: "Maison Orcelle Paris",
    kind: "store",
    address: {
      line1: "14 rue des Ferblantiers",
      postalCode: "75011",
      city: "Paris",
      country: "FR",
    },
    latitude: 48.8589,
    longitude: 2.3786,
    zone: "Europe/Paris",
    hours: {
      mon: [["11:00", "19:30"]],
      tue: [["10:00", "19:30"]],
      wed: [["10:00", "19:30"]],
      thu: [["10:00", "21:00"]],
      fri: [["10:00", "19:30"]],
      sat: [["10:00", "20:00"]],
      sun: [["11:00", "18:00"]],
    },
    phone: "+33199004182",
    priority: 2,
  },
  {
    code: "LYO",
    name: "Maison Orcelle Lyon",
    kind: "store",
    address: {
      line1: "6 montée des Dévideuses",
      postalCode: "69001",
      city: "Lyon",
      country: "FR",
    },
    latitude: 45.7699,
    longitude: 4.8312,
    zone: "Europe/Paris",
    hours: {
      mon: closed,
      tue: allDay,
      wed: allDay,
      thu: allDay,
      fri: allDay,
      sat: [["09:30", "19:30"]],
      sun: closed,
    },
    phone: "+33465712936",
    priority: 3,
  },
  {
    code: "NAN",
    name: "Maison Orcelle Nantes",
    kind: "store",
    address: {
      line1: "23 quai des Biscuitiers",
      postalCode: "44000",
      city: "Nantes",
      country: "FR",
    },
    latitude: 47.2128,
    longitude: -1.5583,
    zone: "Europe/Paris",
    hours: {
      mon: afternoon,
      tue: withLunchBreak,
      wed: allDay,
      thu: withLunchBreak,
      fri: withLunchBreak,
      sat: allDay,
      sun: closed,
    },
    phone: "+33261915274",
    priority: 4,
  },
  {
    code: "WEB",
    name: "Entrepôt d’Orléans",
    kind: "warehouse",
    address: {
      line1: "8 rue de la Sablonnière",
      postalCode: "45800",
      city: "Saint-Jean-de-Braye",
      country: "FR",
    },
    latitude: 47.9137,
    longitude: 1.9712,
    zone: "Europe/Paris",
    hours: {
      mon: warehouseDay,
      tue: warehouseDay,
      wed: warehouseDay,
      thu: warehouseDay,
      fri: warehouseDay,
      sat: closed,
      sun: closed,
    },
    phone: "+33261916038",
    priority: 1,
  },
];
